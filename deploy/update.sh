#!/bin/sh
# Replaces the replicas of the service by the image that SENTIMENT_IMAGE in .env names.
# One replica answers while the other one is replaced. If the first new replica does not get ready,
# the second one stays as it is, and the script ends with an error.
set -eu
cd "$(dirname "$0")"

for replica in sentiment-a sentiment-b; do
  docker compose up --detach --no-deps --wait --wait-timeout 300 "$replica"
done
