#!/bin/sh
# What containers need of the kernel, once the guest itself is up.
. /usr/lib/elastigres/environment
for controller in cpu memory pids io cpuset; do
    echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control || say "no controller $controller"
done
mount --make-rshared /
mount -o remount,size=256m /run
for module in overlay bridge veth br_netfilter nf_conntrack; do
    modprobe "$module" || say "no module $module"
done
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables
