#!/bin/sh
# push.sh IMAGE:TAG: pushes the image, and writes NAME@DIGEST into reports/digest.
# In a workflow, name and digest become outputs of the step too.
set -eu
image=${1:?push.sh IMAGE:TAG}
docker push --quiet "$image"
mkdir -p reports
docker image inspect --format '{{index .RepoDigests 0}}' "$image" > reports/digest
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  sed 's/^\(.*\)@\(.*\)$/name=\1\ndigest=\2/' reports/digest >> "$GITHUB_OUTPUT"
fi
cat reports/digest
