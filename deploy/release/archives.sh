#!/bin/sh
# archives.sh TAG: downloads the .bentomodel files of the release, if there are any, into archives/.
set -eu
tag=${1:?archives.sh TAG}
mkdir -p archives
names=$(gh release view "$tag" --json assets --jq '.assets[].name' 2>/dev/null || true)
case $names in
  *.bentomodel*) gh release download "$tag" --pattern '*.bentomodel' --dir archives --clobber ;;
  *) echo "no .bentomodel file is attached to $tag" ;;
esac
