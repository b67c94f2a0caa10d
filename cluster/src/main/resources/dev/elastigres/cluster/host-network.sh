# The network of a node, inside its network namespace. %1$s: its address with the length of the prefix; %2$s: address of this
# machine on the bridge.
ip link set lo up
ip address add %1$s dev eth0
ip link set eth0 up
ip route add default via %2$s
echo 1 > /proc/sys/net/ipv4/ip_forward
