#!/bin/sh
# test.sh IMAGE:TAG: runs the contract's tests and tests/image against containers of the image.
# ENGINE: docker, or podman with buildah. The default is docker if its daemon answers.
# If ENGINE has no such image, make image builds it first.
set -eu
image=${1:?test.sh IMAGE:TAG}
bin=${BIN:-.venv/bin}
here=$(dirname "$0")

if [ -z "${ENGINE:-}" ]; then
  if docker info >/dev/null 2>&1; then ENGINE=docker; else ENGINE=podman; fi
fi
needed=$ENGINE
if [ "$ENGINE" = podman ]; then needed="podman buildah crun"; fi
missing=
for program in $needed; do
  command -v "$program" >/dev/null || missing="$missing $program"
done
if [ -n "$missing" ]; then
  echo "missing:$missing. The tests need a running Docker daemon, or Debian's packages podman," \
    "buildah and crun. Without a registry they need debootstrap too." >&2
  exit 1
fi

if [ "$ENGINE" = podman ]; then
  export ENGINE BUILDER=buildah CONTAINERS_CONF="$PWD/$here/containers.conf"
  # crun refuses a hybrid hierarchy of control groups. A private mount namespace unmounts it.
  if mountpoint --quiet /sys/fs/cgroup/unified; then
    # shellcheck disable=SC2016 # parameters of the inner shell
    exec unshare --mount sh -c 'umount /sys/fs/cgroup/unified && exec "$0" "$@"' "$0" "$@"
  fi
fi
"$ENGINE" image inspect "$image" >/dev/null 2>&1 || make --no-print-directory image "IMAGE=$image"
"$bin/pytest" --engine "$ENGINE" --image "$image" -m "not slow" tests/image \
  tests/integration/test_contract.py tests/integration/test_feedback.py \
  tests/integration/test_explanations.py tests/integration/test_server_timing.py
cat reports/image.md
