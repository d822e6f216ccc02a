#!/bin/sh
# Brings the service to the image that SENTIMENT_IMAGE in .env names, one replica after the other:
# the second is replaced when the first is ready, so that one always answers. Where the new one does
# not get ready, the old one stays, and this ends with an error.
set -eu
cd "$(dirname "$0")"

for replica in sentiment-a sentiment-b; do
  docker compose up --detach --no-deps --wait --wait-timeout 300 "$replica"
done
