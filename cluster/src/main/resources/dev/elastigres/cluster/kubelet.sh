#!/bin/sh
# Runs the kubelet as soon as the node has been told its name and its cluster.
. /usr/lib/elastigres/environment
until [ -s /etc/kubernetes/name ] && [ -S /run/containerd/containerd.sock ]; do
    sleep 0.1
done
# The work of kube-proxy, for the one service that there is: the API server's.
read -r service server < /etc/kubernetes/service
for chain in OUTPUT PREROUTING; do
    set -- "$chain" --destination "$service" --protocol tcp --dport 443 --jump DNAT --to-destination "$server"
    iptables --table nat --check "$@" 2> /dev/null || iptables --table nat --append "$@"
done
exec kubelet --config=/etc/kubernetes/kubelet.yaml --kubeconfig=/etc/kubernetes/kubelet.conf \
    --hostname-override="$(cat /etc/kubernetes/name)" >> /var/log/kubelet.log 2>&1
