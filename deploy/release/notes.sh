#!/bin/sh
# notes.sh TAG: appends the image's digest to the notes of the release. Makes a missing release.
set -eu
tag=${1:?notes.sh TAG}
image=$(cat reports/digest)
gh release view "$tag" >/dev/null 2>&1 || gh release create "$tag" --verify-tag --generate-notes
{
  gh release view "$tag" --json body --jq .body
  printf '\n## Image\n\n    %s\n' "$image"
} > reports/notes
gh release edit "$tag" --notes-file reports/notes
gh release upload "$tag" reports/sbom.spdx.json provenance/bom.cdx.json --clobber
