#!/bin/sh
# build.sh IMAGE:TAG: builds a Bento of the champions, and its image.
# BENTOFILE: the build file of the Bento.
# BUILDER: docker, podman or buildah.
# KIND: the source of the models, a label of the image.
# LOCAL_BASE=1: buildah builds on the image of base.sh even if a registry answers.
set -eu
image=${1:?build.sh IMAGE:TAG}
bin=${BIN:-.venv/bin}
builder=${BUILDER:-docker}
here=$(dirname "$0")

bento=$(BIN=$bin "$here/../bento/build.sh" --output tag | sed -n 's/^__tag__://p')
folder=$("$bin/bentoml" get "$bento" --output path)

# The OCI format, the default of podman and buildah, has no health check.
export BUILDAH_FORMAT=docker
set --
if [ "$builder" = buildah ]; then
  # buildah's default isolation needs control groups.
  export BUILDAH_ISOLATION=chroot
  base=$(sed -n 's/^FROM \(.*\) AS base-container$/\1/p' "$folder/env/docker/Dockerfile")
  if [ -n "${LOCAL_BASE:-}" ] || ! buildah pull --quiet "$base"; then
    "$here/base.sh" localhost/tweet-sentiment-base
    set -- --opt from=localhost/tweet-sentiment-base
  fi
fi
"$bin/bentoml" containerize "$bento" --backend "$builder" --image-tag "$bento" "$@"

set -- --label "org.opencontainers.image.version=${image##*:}" \
  --label "org.opencontainers.image.revision=$(git rev-parse HEAD)" \
  --label "org.opencontainers.image.title=tweet-sentiment" \
  --label "tweet-sentiment.kind=${KIND:-demo}"
if [ -n "${SOURCE_URL:-}" ]; then
  set -- "$@" --label "org.opencontainers.image.source=$SOURCE_URL"
fi
# shellcheck disable=SC2013 # tags have no spaces
for model in $(sed -n 's/^ *- tag: \(sentiment-.*\)$/\1/p' "$folder/bento.yaml" | sort -u); do
  set -- "$@" --label "tweet-sentiment.model.${model%%:*}=${model##*:}"
done
"$builder" build --build-arg "BENTO=$bento" --tag "$image" "$@" "$here"
