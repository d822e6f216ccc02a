#!/usr/bin/env bash
# install_packages.sh GROUP: installs a group of pyproject.toml into .venv, which it makes if needed.
# PYTHON: the interpreter of a new .venv, as a version, a name or a path. The default is the first
# installed one of $versions. Where none of them is installed, uv downloads the first.
# UV_TORCH_BACKEND: the build of torch. The default is auto, unless UV_FIND_LINKS offers wheels.
set -euo pipefail
cd "$(dirname "$0")/.."
group=${1:?install_packages.sh GROUP}
versions="3.11 3.12 3.13"
pins=requirements/constraints.txt

fail() {
  echo "error: $*" >&2
  exit 1
}

# The option is newer than the other options that this script needs.
is_usable() {
  "$1" venv --help 2>/dev/null | grep -q -- --clear
}

# Any Python that has venv or pip can install uv.
install_uv() {
  local log python pin
  pin=$(grep '^uv==' "$pins")
  log=$(mktemp)
  for python in python3 python python3.{14,13,12,11,10,9,8}; do
    command -v "$python" >/dev/null || continue
    if { "$python" -m venv --clear .uv && .uv/bin/python -m pip install --quiet "$pin"; } >>"$log" 2>&1 ||
      "$python" -m pip install --quiet --upgrade --target .uv "$pin" >>"$log" 2>&1; then
      rm "$log"
      return
    fi
  done
  tail -n 3 "$log" >&2
  rm -r "$log" .uv 2>/dev/null || true
  fail "uv is missing, and no python3 with venv or pip could install it. Install uv, or the package" \
    "python3-venv on Debian and Ubuntu"
}

has_supported_python() {
  local version
  version=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) &&
    [[ " $versions " == *" $version "* ]]
}

# The name of an interpreter for a new .venv.
interpreter() {
  local version
  [ -z "${PYTHON:-}" ] || { echo "$PYTHON" && return; }
  for version in $versions; do
    "$uv" python find --quiet --system --no-python-downloads "$version" 2>/dev/null && return
  done
  echo "${versions%% *}"
}

make_environment() {
  "$uv" venv --quiet --clear --python "$(interpreter)" .venv ||
    fail "uv found no ${PYTHON:-Python of $versions} and could not download it. Install one of" \
      "Python $versions, or name its path: make setup PYTHON=/path/to/python"
  has_supported_python || {
    found=$(.venv/bin/python --version)
    rm -r .venv
    fail "PYTHON=$PYTHON is $found. The project needs one of Python $versions"
  }
}

# uv's automatic choice needs the index of torch's builds.
choose_torch_build() {
  if [ -n "${UV_TORCH_BACKEND:-}${UV_FIND_LINKS:-}" ]; then return; fi
  if UV_HTTP_RETRIES=0 UV_HTTP_TIMEOUT=10 "$uv" pip compile --quiet --python .venv/bin/python \
    --torch-backend auto --no-deps --group "$group" --constraint "$pins" >/dev/null 2>&1; then
    export UV_TORCH_BACKEND=auto
  else
    echo "the index of torch's builds does not answer: torch comes from the package index"
  fi
}

uv=uv
if ! is_usable "$uv"; then
  uv=.uv/bin/uv
  is_usable "$uv" || install_uv
fi
has_supported_python || make_environment
choose_torch_build
echo "setting up .venv with $(.venv/bin/python --version)"
"$uv" pip install --python .venv/bin/python --group "$group" --constraint "$pins" 2>&1 |
  sed '/^ [+~-] /d'
