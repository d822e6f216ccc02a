#!/bin/sh
# base.sh IMAGE: makes a base image of Debian with Debian's Python, for machines without a registry.
# The image holds this machine's certificate authorities and the address of pip's package index.
# Never publish the image, nor an image built on it.
set -eu
image=${1:?base.sh IMAGE}

command -v debootstrap >/dev/null || {
  echo "no registry answers, and debootstrap is missing: apt-get install debootstrap" >&2
  exit 1
}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=ca-certificates,python3,python3-pip,python3-venv bookworm "$root" >&2
# Debian's slim images leave out the same files.
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* \
  "$root"/usr/share/man/* "$root"/usr/share/locale/*
# Without this file pip installs beside Debian's packages, as in Python's own image.
rm "$root"/usr/lib/python3*/EXTERNALLY-MANAGED
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
set -- --change "ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt" \
  --change "LABEL tweet-sentiment.base=debootstrap"
if [ -n "${PIP_INDEX_URL:-}" ]; then
  set -- "$@" --change "ENV PIP_INDEX_URL=$PIP_INDEX_URL UV_DEFAULT_INDEX=$PIP_INDEX_URL"
fi
tar --directory "$root" --create . | podman import --quiet "$@" - "$image"
