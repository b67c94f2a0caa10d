package dev.elastigres.cluster;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ApiServerAccess;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.PublishedPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A real node in a VM with two CPUs, 4 GiB, containerd and the kubelet. Closing it stops and
/// removes the VM.
public final class VmNode implements ClusterNode {
    private final String name;
    private final VmManager machines;
    private final NodeGuest guest;
    private final List<PublishedPort> ports;
    private ParentDeathGuard guard;

    private VmNode(
            String name, VmManager machines, List<PublishedPort> ports, ParentDeathGuard guard) {
        this.name = name;
        this.machines = machines;
        this.ports = ports;
        this.guard = guard;
        guest = new NodeGuest(machines, name);
    }

    /// Restores `snapshot` as a node of `plane`.
    ///
    /// @param published guest ports that are forwarded from this host
    static VmNode join(
            ControlPlane plane,
            String name,
            Path snapshot,
            VmManager machines,
            List<Integer> published)
            throws VmException, GuestException, TestbedException, InterruptedException {
        var ports = new ArrayList<PublishedPort>();
        ports.add(PublishedPort.parse("0:" + ControlPlane.KUBELET_PORT));
        for (int port : published) ports.add(PublishedPort.parse("0:" + port));
        var spec = machines.restore(name, snapshot, new Network.User(ports));
        try {
            var guard = guarded(machines, name);
            var node = new VmNode(name, machines, spec.network().publications(), guard);
            plane.nodes()
                    .reach(
                            name,
                            new InetSocketAddress(
                                    InetAddress.getLoopbackAddress(),
                                    node.hostPort(ControlPlane.KUBELET_PORT)));
            node.writeClusterFiles(plane);
            return node;
        } catch (VmException | GuestException | TestbedException | InterruptedException e) {
            UninterruptibleWork.does(() -> machines.delete(name));
            throw e;
        }
    }

    /// Writes the files of the cluster into the guest. The kubelet starts when the last one
    /// exists.
    private void writeClusterFiles(ControlPlane plane)
            throws VmException, GuestException, TestbedException, InterruptedException {
        guest.write("/etc/kubernetes/authority.pem", plane.authorityPem());
        guest.write(
                "/etc/kubernetes/kubelet.conf", plane.nodeKubeconfig(name, ApiServerAccess.GUEST));
        guest.write(
                "/etc/kubernetes/service",
                "%s %s:%d\n"
                        .formatted(
                                ControlPlane.SERVICE_ADDRESS,
                                ApiServerAccess.GUEST.address(),
                                plane.port()));
        guest.write("/etc/kubernetes/name", name);
    }

    @Override
    public String name() {
        return name;
    }

    /// Returns the port of this host that is forwarded to a guest port.
    public int hostPort(int guestPort) {
        return ports.stream()
                .filter(it -> it.guestPort() == guestPort)
                .findFirst()
                .orElseThrow()
                .hostPort();
    }

    @Override
    public void importImage(Path archive) throws VmException, GuestException, InterruptedException {
        guest.importImage(archive);
    }

    @Override
    public String sh(String script) throws VmException, GuestException, InterruptedException {
        return guest.sh(script);
    }

    public GuestChannel.GuestCommandResult trySh(String script)
            throws VmException, GuestException, InterruptedException {
        return guest.trySh(script);
    }

    /// Returns the content of a file of the guest, such as one of a cgroup.
    public String read(String path) throws VmException, GuestException, InterruptedException {
        return guest.read(path);
    }

    /// Returns the cgroup of a container, below the guest's `/sys/fs/cgroup`.
    ///
    /// @param qualityOfService class of its pod: `Guaranteed`, `Burstable` or `BestEffort`
    /// @param containerId as in the pod's status, with the prefix `containerd://`
    public static String cgroup(String qualityOfService, String podUid, String containerId) {
        String group =
                switch (qualityOfService) {
                    case "Guaranteed" -> "";
                    case "Burstable" -> "burstable/";
                    case "BestEffort" -> "besteffort/";
                    default -> throw new IllegalArgumentException(qualityOfService);
                };
        String id = containerId.substring(containerId.lastIndexOf('/') + 1);
        return "/sys/fs/cgroup/kubepods/%spod%s/%s".formatted(group, podUid, id);
    }

    /// Powers the VM off and boots it again as the same node.
    public void powerCycle() throws VmException, InterruptedException {
        machines.kill(name);
        guard.close();
        guard = guarded(machines, name);
    }

    private static ParentDeathGuard guarded(VmManager machines, String name)
            throws VmException, InterruptedException {
        return new ParentDeathGuard(machines.start(name, Duration.ZERO).run().qemu().pid(), name);
    }

    @Override
    public void check() throws VmException {
        machines.running(name);
    }

    @Override
    public String recentLogs() throws VmException, GuestException, InterruptedException {
        return guest.trySh("tail -n 60 /var/log/kubelet.log; tail -n 20 /var/log/containerd.log")
                .output();
    }

    @Override
    public void close() throws VmException {
        guard.close();
        UninterruptibleWork.does(() -> machines.delete(name));
    }
}
