#!/bin/sh
# build.sh [OPTION …]: builds the Bento of BENTOFILE with the signed champions and its bill of
# materials. The options are those of bentoml build.
set -eu
bin=${BIN:-.venv/bin}
"$bin/python" -m deploy.bento.provenance "${BENTOFILE:?}"
# A Bento can start only the services of its build. Runner services are built in, used or not.
SENTIMENT_RUNNERS=service exec "$bin/bentoml" build --bentofile "$BENTOFILE" "$@"
