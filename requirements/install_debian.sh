#!/bin/sh
# Installs the missing packages of debian.txt on Debian or Ubuntu. Lists them where apt-get is missing.
set -eu
cd "$(dirname "$0")"

lines() {
  grep -v '^#' debian.txt
}

if ! command -v apt-get >/dev/null; then
  echo "apt-get is missing: only the tests marked unit run. Tests left out, by the package they need:"
  lines | sed -n 's/^\([^ ]*\).*# \(tests\/.*\)$/  \1: \2/p'
  echo "  none of them: the other tests marked training or server"
  exit 0
fi

installed() {
  [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Prints the lines of packages none of whose names is installed.
missing() {
  lines | sed 's/ *#.*//; s/ *| */ /' | while read -r names; do
    found=
    for name in $names; do
      if installed "$name"; then found=yes; fi
    done
    [ -n "$found" ] || echo "$names"
  done
  # make setup gets uv through Python's venv, which Debian has in a package of its own.
  command -v uv >/dev/null || python3 -c 'import ensurepip' 2>/dev/null || echo "python3-venv"
}

needed=$(missing)
[ -n "$needed" ] || exit 0
first=$(echo "$needed" | sed 's/ .*//' | xargs)

sudo=
if [ "$(id -u)" != 0 ]; then
  sudo=sudo
  if ! sudo -n true 2>/dev/null; then
    if ! command -v sudo >/dev/null || ! [ -t 0 ]; then
      echo "Packages are missing, and installing them needs root. As root: apt-get install $first" >&2
      exit 1
    fi
    echo "Packages are missing: $first. sudo asks for your password to install them." >&2
  fi
fi

echo "installing packages: $first"
$sudo apt-get update -qq
packages=$(echo "$needed" | while read -r names; do
  for name in $names; do
    if apt-cache show "$name" >/dev/null 2>&1; then
      echo "$name"
      continue 2
    fi
  done
  echo "this release has no package ${names%% *}" >&2
  exit 1
done)
# shellcheck disable=SC2086 # one package a word
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  -o DPkg::Lock::Timeout=300 $packages >/dev/null
