#!/bin/sh
# push.sh IMAGE:TAG: pushes it, and writes NAME@DIGEST into reports/digest. In a workflow also the
# outputs name and digest.
set -eu
image=${1:?push.sh IMAGE:TAG}
docker push --quiet "$image"
mkdir -p reports
docker image inspect --format '{{index .RepoDigests 0}}' "$image" > reports/digest
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  sed 's/^\(.*\)@\(.*\)$/name=\1\ndigest=\2/' reports/digest >> "$GITHUB_OUTPUT"
fi
cat reports/digest
