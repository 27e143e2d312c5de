#!/bin/sh
# The machine of one worker, as it is after cloud-init: boot.sh DIRECTORY NAME COMMAND [ARG ...]
#
# Called in mount, PID, UTS and IPC namespaces of its own (see nat.py).  DIRECTORY has the machine's own /etc/condor
# and /var; nothing of the central manager's configuration, keys and files is seen.  Its status is the command's.
set -eu
dir=$1 name=$2; shift 2
mount -t proc proc /proc
hostname "$name"
for own in etc/hosts etc/condor/config.d etc/condor/tokens.d etc/condor/passwords.d \
           var/log/condor var/lib/condor var/spool/condor; do
  mount --bind "$dir/$own" "/$own"
done
mount -t tmpfs -o mode=755 defaults /usr/share/condor/config.d   # the central manager's defaults
mount -t tmpfs -o mode=755 run /run
install -d -m 1777 /run/lock
install -d -m 755 -o condor -g condor /run/lock/condor /run/condor
"$@" || exit $?
