#!/bin/sh
# Signs the image that push.sh pushed and attests its bill of materials. Keyless: cosign proves who
# signs by the workflow's identity.
set -eu
image=$(cat reports/digest)
cosign sign --yes "$image"
cosign attest --yes --type spdxjson --predicate reports/sbom.spdx.json "$image"
