#!/bin/sh
# Run by certbot with RENEWED_LINEAGE. Written into the files that are there: nginx has those mounted,
# and would not see others of the same name.
set -eu
cat "$RENEWED_LINEAGE/fullchain.pem" > /certificates/fullchain.pem
cat "$RENEWED_LINEAGE/privkey.pem" > /certificates/privkey.pem
