#!/bin/sh
# Runs one node of a cluster on this machine: containerd and the kubelet, in namespaces of their own (mounts, processes, network,
# cgroups). This shell is process 1 of the node, so the kernel ends the whole node when it ends. Its arguments:
#   home     the node's folder, with its configuration
#   start    a file that exists once the node has its network
set -eu
home=$1
start=$2

# Everything that is mounted from here on is seen by this node only.
mount --make-rprivate /
mount -t proc proc /proc

# The kubelet sets these for the whole machine. It gets files in their place.
for name in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys \
    kernel/keys/root_maxbytes; do
    [ -e "/proc/sys/$name" ] || continue
    copy=$home/$(basename "$name")
    cat "/proc/sys/$name" > "$copy"
    mount --bind "$copy" "/proc/sys/$name"
done

# /etc/resolv.conf is often a link into /run.
cat /etc/resolv.conf > "$home/resolv.conf" 2> /dev/null || : > "$home/resolv.conf"

# The usual folders of a node, without sharing them with another.
mkdir -p "$home/lib" "$home/log"
mount --bind "$home/lib" /var/lib
mount --bind "$home/log" /var/log
mount -t tmpfs -o mode=0755 run /run

# The root of each hierarchy becomes the node's own cgroup.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    # A cgroup that hands out controllers may have no process of its own.
    mkdir -p /sys/fs/cgroup/init
    echo 1 > /sys/fs/cgroup/init/cgroup.procs
    for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
        echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control
    done
else
    while read -r _ folder type options _; do
        [ "$type" = cgroup ] || continue
        case $folder in /sys/fs/cgroup/*) ;; *) continue ;; esac
        hierarchy=
        IFS=,
        for option in $options; do
            case $option in
                rw | ro | relatime | noatime | nosuid | nodev | noexec | release_agent=* | xattr | clone_children) ;;
                *) hierarchy=${hierarchy:+$hierarchy,}$option ;;
            esac
        done
        unset IFS
        umount "$folder"
        mount -t cgroup -o "$hierarchy" cgroup "$folder"
    done << EOF
$(cat /proc/mounts)
EOF
fi
mount --make-rshared /

while [ ! -e "$start" ]; do sleep 0.02; done
. "$home/network.sh"
cd /
containerd --config "$home/containerd.toml" > "$home/containerd.log" 2>&1 &
while [ ! -S /run/containerd/containerd.sock ]; do sleep 0.05; done
"$home/kubelet" --config="$home/kubelet.yaml" --kubeconfig="$home/kubelet.conf" \
    --hostname-override="$(cat "$home/name")" --node-ip="$(cat "$home/address")" \
    --cert-dir="$home/certificates" > "$home/kubelet.log" 2>&1 &
wait
