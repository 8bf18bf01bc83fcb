#!/bin/sh
# install-debian-packages.sh PACKAGE... - installs what is missing of these Debian packages.
#
# Nothing that comes with them starts: while apt works, /usr/sbin/policy-rc.d forbids every service action; what
# stood there before is put back afterwards. Exit 0: all are installed; 1: not possible, the missing ones are named.
set -eu

policy=/usr/sbin/policy-rc.d
kept=

say() { echo "install-debian-packages: $*" >&2; }

missing_of() {
  for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
    [ "$state" = installed ] || printf '%s ' "$package"
  done
}

forbid_services() {
  if [ -e "$policy" ] || [ -L "$policy" ]; then
    kept=$(mktemp -d /usr/sbin/.policy-rc.d.kept.XXXXXX)
    mv "$policy" "$kept/policy-rc.d"
  fi
  trap restore_policy EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy.new"
  chmod 755 "$policy.new"
  mv "$policy.new" "$policy"
}

restore_policy() {
  rm -f "$policy" "$policy.new"
  if [ -n "$kept" ]; then
    mv "$kept/policy-rc.d" "$policy"
    rmdir "$kept"
    kept=
  fi
}

[ $# -gt 0 ] || { say "usage: install-debian-packages.sh PACKAGE..."; exit 1; }
command -v dpkg-query >/dev/null 2>&1 || { say "not a Debian system: install by other means: $*"; exit 1; }
missing=$(missing_of "$@")
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  say "missing packages: $missing"
  say "as root: apt-get install --no-install-recommends $missing"
  exit 1
fi

# One at a time: two callers would restore each other's policy.
mkdir -p /run/lock
exec 9>/run/lock/kodou-install-debian-packages
if command -v flock >/dev/null 2>&1; then flock 9; fi
missing=$(missing_of "$@")
[ -n "$missing" ] || exit 0

forbid_services
export DEBIAN_FRONTEND=noninteractive
install="apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300"
# shellcheck disable=SC2086
if ! $install $missing 9>&- >&2; then
  apt-get update -q 9>&- >&2 || true
  # shellcheck disable=SC2086
  $install $missing 9>&- >&2 || true
fi
missing=$(missing_of "$@")
[ -z "$missing" ] || { say "could not install: $missing"; exit 1; }
