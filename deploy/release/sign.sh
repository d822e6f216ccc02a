#!/bin/sh
# Signs the image of push.sh and attests its bill of materials.
# Signatures are keyless: cosign signs with the identity of the workflow.
set -eu
image=$(cat reports/digest)
cosign sign --yes "$image"
cosign attest --yes --type spdxjson --predicate reports/sbom.spdx.json "$image"
