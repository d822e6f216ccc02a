#!/bin/sh
# notes.sh TAG: the image's digest at the end of the release's notes. The release is made where there
# is none yet.
set -eu
tag=${1:?notes.sh TAG}
image=$(cat reports/digest)
gh release view "$tag" >/dev/null 2>&1 || gh release create "$tag" --verify-tag --generate-notes
{
  gh release view "$tag" --json body --jq .body
  printf '\n## Image\n\n    %s\n' "$image"
} > reports/notes
gh release edit "$tag" --notes-file reports/notes
gh release upload "$tag" reports/sbom.spdx.json --clobber
