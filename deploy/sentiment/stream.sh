#!/bin/sh
# stream.sh stream|publish [OPTION …]: scores mentions with the models of the image, or sends mentions
# to the broker.
set -eu
case $1 in
  stream) module=serving.stream ;;
  publish) module=serving.stream.publish ;;
  *) echo "stream.sh stream|publish [OPTION …]" >&2; exit 2 ;;
esac
shift
# The models of the image become the model store of the program.
mkdir -p "$BENTOML_HOME"
ln -sfn "$BENTO_PATH/models" "$BENTOML_HOME/models"
cd "$BENTO_PATH/src"
exec python -m "$module" "$@"
