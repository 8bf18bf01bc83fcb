#!/usr/bin/env bash
# setup.sh demo|test - brings a fresh clone to where the demonstration or the tests can run: npm dependencies, the
# built programs, and, as root on Debian, the Debian packages they use. Without root it says what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
purpose=${1:-demo}

# Some tests act as other users: they have to reach the programs.
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
if [ "$purpose" = test ] && [ "$(id -u)" = 0 ] && $nobody true 2>/dev/null && ! $nobody test -r "$PWD/package.json"; then
  echo "setup: other users cannot read $PWD, and some tests act as other users: clone to a folder that is open to all, such as /srv/kodou" >&2
  exit 1
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  # Not `npm ci`: it insists on the packages of every platform, and some registries hold only those of ours.
  npm install --no-save --no-audit --no-fund
  touch node_modules/.package-lock.json
fi

packages="iproute2 nftables socat util-linux procps iputils-ping iputils-arping resource-agents"
if [ "$purpose" = test ]; then
  packages="$packages heartbeat fence-agents cluster-glue apache2 gcc libc6-dev ndisc6 net-tools libxml2-utils bzip2 crmsh pcs pacemaker-cli-utils pacemaker-resource-agents tmux mandoc man-db zsh fish python3-jsonschema redis-server postgresql-15"
fi
# shellcheck disable=SC2086
sh scripts/install-debian-packages.sh $packages
# After the packages: where there is a C compiler the tools get their launcher.
node scripts/build.mjs --quiet
