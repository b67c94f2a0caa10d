#!/bin/sh
# Runs once before anything else: mounts, devices, memory rules, network.
mount -t proc -o nosuid,nodev,noexec proc /proc
. /usr/lib/elastigres/environment
mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
mount -t tmpfs -o mode=0755,nosuid,nodev,size=32m tmpfs /run
mkdir -p /run/elastigres /run/postgresql /dev/pts /dev/shm
chown postgres:postgres /run/postgresql
mount -t devpts -o gid=5,mode=620 devpts /dev/pts
# Postgres keeps the shared memory of parallel queries here. The default limit, half of the memory
# at mount time, would be half of the smallest size the VM ever has; memory itself is the limit.
mount -t tmpfs -o mode=1777,nosuid,nodev,size=1t tmpfs /dev/shm
ln -sfn /proc/self/fd /dev/fd
ln -sfn fd/0 /dev/stdin
ln -sfn fd/1 /dev/stdout
ln -sfn fd/2 /dev/stderr

mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
echo '+memory +cpu' > /sys/fs/cgroup/cgroup.subtree_control
mkdir -p "$CGROUP"

for module in virtio_mem virtio_console virtio_net virtio-rng evdev button; do
    modprobe "$module"
done

# Reasons: docs/decisions, "Overcommit and swap in the guest".
echo 1 > /proc/sys/vm/overcommit_memory
echo 10 > /proc/sys/vm/swappiness
echo 1 > /proc/sys/kernel/panic
# What growing takes, kept free: docs/decisions, "Growing a full guest".
[ "$(cat /proc/sys/vm/min_free_kbytes)" -ge 16384 ] || echo 16384 > /proc/sys/vm/min_free_kbytes
if [ -f /swap ]; then
    swapon /swap || say "no swap"
fi

if [ -e /usr/bin/elastigres-monitor ]; then
    chown elastigres /sys/devices/system/cpu/cpu[0-9]*/online
fi

name=$(setting hostname)
hostname "${name:-elastigres}"
ip link set lo up
address=$(setting address)
if [ -n "$address" ]; then
    ip address add "$address" dev eth0
    ip link set eth0 up
    gateway=$(setting gateway)
    [ -z "$gateway" ] || ip route add default via "$gateway"
fi

if [ "$(setting setup)" = 1 ]; then
    /usr/lib/elastigres/setup && say "image ready"
    touch "$STOPPING"
    sync
    mount -o remount,ro /
    poweroff -f
fi
say "booted"
