#!/bin/bash
# newer-pacemaker.sh RELEASE FOLDER - puts the command line tools of another Debian release's Pacemaker into FOLDER.
#
# For comparisons: FOLDER/bin has crm_simulate and the others, each run with that release's own libraries, so that nothing of
# this machine changes. RELEASE is a name as "sid" or "forky"; packages come from the mirror that apt uses here. As root or
# not. Exit 0: FOLDER/bin is ready; 1: not possible, with the reason.
set -euo pipefail

say() { echo "newer-pacemaker: $*" >&2; }

[ $# = 2 ] || { say "usage: newer-pacemaker.sh RELEASE FOLDER"; exit 1; }
release=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=$(grep -hsoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d/* | head -n 1 | tr -d ' ') || true
[ -n "$mirror" ] || { say "no Debian mirror in /etc/apt"; exit 1; }

# An apt of its own: lists, cache and status of this machine stay as they are.
mkdir -p "$folder"/apt/lists/partial "$folder"/apt/archives/partial "$folder/packages"
echo "deb [signed-by=$keyring] $mirror $release main" >"$folder/apt/sources.list"
: >"$folder/apt/status"
cat >"$folder/apt/apt.conf" <<END
Dir::State "$folder/apt";
Dir::State::status "$folder/apt/status";
Dir::Cache "$folder/apt";
Dir::Etc::sourcelist "$folder/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "root";
END
export APT_CONFIG=$folder/apt/apt.conf
apt-get update -q >/dev/null || { say "cannot read the package lists of $release"; exit 1; }

# The tools, and of what they depend on the libraries alone.
wanted="pacemaker-cli-utils pacemaker-common"
known=
while [ -n "$wanted" ]; do
  known="$known $wanted"
  # shellcheck disable=SC2086
  wanted=$(apt-cache depends --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances $wanted |
    sed -nE 's/^ *\|?(Pre)?Depends: ((lib|zlib)[^ ]*)$/\2/p' | sort -u | grep -vxF "$(tr ' ' '\n' <<<"$known")" | tr '\n' ' ') || true
done
# shellcheck disable=SC2086
(cd "$folder/packages" && apt-get download -q $known >/dev/null) || { say "cannot fetch the packages"; exit 1; }

root=$folder/root
mkdir -p "$root" "$folder/bin"
for package in "$folder"/packages/*.deb; do dpkg-deb -x "$package" "$root"; done
loader=$(find "$root" -name 'ld-linux*.so*' -print -quit)
libraries=$(find "$root" -name 'libc.so.6' -printf '%h' -quit)
[ -n "$loader" ] && [ -n "$libraries" ] || { say "$release has no C library for this machine"; exit 1; }
for tool in "$root"/usr/sbin/*; do
  name=$(basename "$tool")
  cat >"$folder/bin/$name" <<END
#!/bin/sh
export PCMK_schema_directory="$root/usr/share/pacemaker"
exec "$loader" --library-path "$libraries:$root/usr/lib" "$tool" "\$@"
END
  chmod 755 "$folder/bin/$name"
done
say "$("$folder/bin/crm_simulate" --version | head -n 1) is in $folder/bin"
