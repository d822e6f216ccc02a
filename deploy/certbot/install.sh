#!/bin/sh
# certbot runs this hook with RENEWED_LINEAGE set. The certificate overwrites the mounted files in
# place: a bind mount of a file does not follow a replaced file.
set -eu
cat "$RENEWED_LINEAGE/fullchain.pem" > /certificates/fullchain.pem
cat "$RENEWED_LINEAGE/privkey.pem" > /certificates/privkey.pem
