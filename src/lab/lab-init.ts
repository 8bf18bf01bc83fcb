/**
 * Pid 1 of a node, as a shell script: FOLDER NAME. Mounts the node's own file systems, says that it is ready, and reaps
 * orphans for ever (a POSIX shell waiting for one child collects all of them). Folder holds: `etc` and `var` (what the
 * node changed, kept over a power cycle), `base` (the folder whose `etc` and `var` it began with), `hosts`, `binds`
 * (paths), `usr-layers` (the layers of /usr with colons between them, or nothing), `serial` (lines "DEVICE PTY"), `fence`
 * (a link).
 */
export const LAB_INIT = `#!/bin/sh
set -eu
folder=$1 name=$2
cd "$folder"
hostname "$name"
mount -n -t proc proc /proc
# Names of other nodes' networks would keep those alive.
umount -n -R -l /run/netns 2>/dev/null || :

# A sysfs that shows this node's interfaces, with the host's control groups in it.
mkdir -p groups new-run new-dev
mount -n --rbind /sys/fs/cgroup groups
mount -n -t sysfs sysfs /sys
mount -n --move groups /sys/fs/cgroup

base=$(cat base)
for part in etc var; do
  mkdir -p "$part" "$part.work"
  mount -n -t overlay overlay -o "lowerdir=$base/$part,upperdir=$folder/$part,workdir=$folder/$part.work" "/$part"
done
if [ -s usr-layers ]; then mount -n -t overlay overlay -o "lowerdir=$(cat usr-layers)" /usr; fi
echo "$name" >/etc/hostname
cat hosts >/etc/hosts

# In a user namespace no device can be made, but the host's can be shown.
device() {
  mknod -m 666 "$@" 2>mknod.log && return
  [ -e "/dev/$1" ] || return 0
  : >"$1"
  mount -n --bind "/dev/$1" "$1"
}
mount -n -t tmpfs -o mode=755,nosuid tmpfs new-dev
cd new-dev
device null c 1 3
device zero c 1 5
device full c 1 7
device random c 1 8
device urandom c 1 9
device tty c 5 0
device ptmx c 5 2
ln -s /proc/self/fd fd
ln -s fd/0 stdin
ln -s fd/1 stdout
ln -s fd/2 stderr
mkdir pts shm net
device net/tun c 10 200
mount -n --rbind /dev/pts pts
mount -n -t tmpfs -o mode=1777 tmpfs shm
while read -r device pty; do ln -s "$pty" "./\${device#/dev/}"; done <../serial
cd ..

mount -n -t tmpfs -o mode=755 tmpfs new-run
mkdir -p new-run/kodou-fence new-run/lock new-run/lock/subsys new-run/resource-agents new-run/netns
chmod 1777 new-run/lock
mount -n --bind "$(readlink fence)" new-run/kodou-fence
if [ -s binds ]; then
  mkdir new-binds
  number=0
  while read -r path; do
    number=$((number + 1))
    if [ -d "$path" ]; then mkdir "new-binds/$number"; else : >"new-binds/$number"; fi
    mount -n --bind "$path" "new-binds/$number"
  done <binds
fi
mount -n -t tmpfs -o mode=1777 tmpfs /tmp
mount -n --move new-run /run
mount -n --move new-dev /dev
# From here on the folder is reached by the working directory only: its path is covered.
if [ -s binds ]; then
  number=0
  while read -r path; do
    number=$((number + 1))
    if [ -d "./new-binds/$number" ]; then mkdir -p "$path"; else mkdir -p "\${path%/*}"; : >"$path"; fi
    mount -n -c --move "./new-binds/$number" "$path"
  done <binds
fi
# An open end: a line is not to break when a daemon closes its device.
descriptor=3
while read -r device _; do
  eval "exec $descriptor<>$device"
  descriptor=$((descriptor + 1))
done <serial
: >ready
cd /
while :; do
  sleep 86400 3>&- 4>&- &
  wait $! || :
done
`;
