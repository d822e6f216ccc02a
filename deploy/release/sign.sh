#!/bin/sh
# Signs the image of push.sh and attests its bills of materials: packages, and models with data.
# Signatures are keyless: cosign signs with the identity of the workflow.
set -eu
image=$(cat reports/digest)
cosign sign --yes "$image"
cosign attest --yes --type spdxjson --predicate reports/sbom.spdx.json "$image"
cosign attest --yes --type cyclonedx --predicate provenance/bom.cdx.json "$image"
