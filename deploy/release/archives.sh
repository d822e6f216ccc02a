#!/bin/sh
# archives.sh TAG: downloads the .bentomodel files of the release, if there are any, into archives/.
# MODEL_KEY: the public key of the signatures of their models, as the text of a PEM file.
set -eu
tag=${1:?archives.sh TAG}
mkdir -p archives
names=$(gh release view "$tag" --json assets --jq '.assets[].name' 2>/dev/null || true)
case $names in
  *.bentomodel*)
    gh release download "$tag" --pattern '*.bentomodel' --dir archives --clobber
    printf '%s\n' "${MODEL_KEY:?the public key of the archives}" > archives/model_key.pem
    ;;
  *) echo "no .bentomodel file is attached to $tag" ;;
esac
