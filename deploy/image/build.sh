#!/bin/sh
# build.sh IMAGE:TAG: a Bento of the champions, and the image of it. BUILDER is docker, podman,
# buildah or another of BentoML's; KIND, a label, is where the models came from.
set -eu
image=${1:?build.sh IMAGE:TAG}
bin=${BIN:-.venv/bin}

bento=$("$bin/bentoml" build --output tag | sed -n 's/^__tag__://p')
folder=$("$bin/bentoml" get "$bento" --output path)
set -- --opt "label=org.opencontainers.image.version=${image##*:}" \
  --opt "label=org.opencontainers.image.revision=$(git rev-parse HEAD)" \
  --opt "label=org.opencontainers.image.title=tweet-sentiment" \
  --opt "label=tweet-sentiment.kind=${KIND:-demo}"
if [ -n "${SOURCE_URL:-}" ]; then
  set -- "$@" --opt "label=org.opencontainers.image.source=$SOURCE_URL"
fi
# shellcheck disable=SC2013 # a tag has no blanks
for model in $(sed -n 's/^ *- tag: \(sentiment-.*\)$/\1/p' "$folder/bento.yaml"); do
  set -- "$@" --opt "label=tweet-sentiment.model.${model%%:*}=${model##*:}"
done
"$bin/bentoml" containerize "$bento" --backend "${BUILDER:-docker}" --image-tag "$image" "$@"
