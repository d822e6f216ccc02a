#!/bin/sh
# test.sh IMAGE:TAG: starts the image as deploy/ does (read-only, as its own user, without any
# capability) and has the contract tried on it. ENGINE is docker or podman.
set -eu
image=${1:?test.sh IMAGE:TAG}
engine=${ENGINE:-docker}
bin=${BIN:-.venv/bin}

command -v "$engine" >/dev/null || { echo "$engine is missing: ENGINE names another one"; exit 1; }
container=$("$engine" run --detach --publish 127.0.0.1::3000 --read-only --tmpfs /tmp \
  --cap-drop ALL --security-opt no-new-privileges --env BENTOML_HOME=/tmp/bentoml \
  --env SENTIMENT_DATA_DIR=/tmp/sentiment "$image")
trap '"$engine" logs "$container" | tail -n 50; "$engine" rm --force "$container" >/dev/null' EXIT

[ "$("$engine" exec "$container" id -u)" != 0 ] || { echo "it runs as root"; exit 1; }
address=$("$engine" port "$container" 3000 | head -n 1)
"$bin/python" deploy/image/try_contract.py "http://$address"
"$engine" stop --time 35 "$container" >/dev/null
trap '"$engine" rm --force "$container" >/dev/null' EXIT
