#!/bin/sh
# Appends to each image of compose.yaml today's digest of its tag.
set -eu
cd "$(dirname "$0")"

sed -n 's/^ *image: \(docker\.io\/[^@]*\)$/\1/p' compose.yaml | sort -u | while IFS= read -r image; do
  digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$image")
  sed -i "s|image: $image\$|image: $image@$digest|" compose.yaml
  echo "$image@$digest"
done
