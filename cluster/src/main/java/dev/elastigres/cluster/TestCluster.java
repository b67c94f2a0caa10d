package dev.elastigres.cluster;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.vm.TemporaryMachines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A temporary Kubernetes cluster: the control plane runs as processes of this host, the nodes run
/// in VMs or on this host itself. Closing it stops and removes everything. Not thread-safe.
public final class TestCluster implements AutoCloseable {
    private static final String NODE_TIMEOUT = "--timeout=120s";

    private final KubernetesBinaries binaries;
    private final ControlPlane plane;
    private final TemporaryMachines machines;
    private final NodeSnapshot snapshot;
    private final Consumer<String> progress;
    private final List<ClusterNode> nodes = new ArrayList<>();

    /// Exists from the first node on this host on.
    private @Nullable HostNetwork network;

    private int hostNodes;

    private TestCluster(
            KubernetesBinaries binaries,
            ControlPlane plane,
            TemporaryMachines machines,
            NodeSnapshot snapshot,
            Consumer<String> progress) {
        this.binaries = binaries;
        this.progress = progress;
        this.plane = plane;
        this.machines = machines;
        this.snapshot = snapshot;
    }

    /// Starts a control plane, without nodes.
    ///
    /// @param progress receives lines of progress for an interactive user
    public static TestCluster start(KubernetesBinaries binaries, Consumer<String> progress)
            throws TestbedException, VmException {
        TemporaryMachines machines = TemporaryMachines.create(progress);
        OrphanReaper.watchMachines(machines.root());
        try {
            ControlPlane plane = ControlPlane.startWhole(binaries);
            return new TestCluster(
                    binaries,
                    plane,
                    machines,
                    new NodeSnapshot(binaries, machines.folders(), machines.machines(), progress),
                    progress);
        } catch (TestbedException e) {
            machines.close();
            throw e;
        }
    }

    public ControlPlane plane() {
        return plane;
    }

    /// Adds a node in a VM and waits until it is ready.
    ///
    /// @param published guest ports that are forwarded from this host
    public VmNode join(String name, List<Integer> published)
            throws VmException, GuestException, TestbedException, InterruptedException {
        VmNode node = restored(name, published);
        nodes.add(node);
        awaitReady(name);
        return node;
    }

    /// Adds a node on this host, with the images of the tests, and waits until it is ready.
    ///
    /// @throws VmException.Refused if this host lacks what such a node needs
    /// @throws TestbedException if its network addresses are in use here
    public HostNode joinHost(String name)
            throws VmException, TestbedException, InterruptedException {
        HostPrograms.check();
        List<Path> archives = snapshot.podImages().archives();
        if (network == null) network = HostNetwork.open(plane);
        HostNode node = HostNode.start(plane, network, binaries, name, ++hostNodes);
        nodes.add(node);
        for (Path archive : archives) node.importImage(archive);
        try {
            awaitReady(name);
        } catch (TestbedException e) {
            progress.accept(node.recentLogs());
            throw e;
        }
        return node;
    }

    private void awaitReady(String name) throws TestbedException {
        plane.kubectl().run("wait", "--for=create", "node/" + name, NODE_TIMEOUT);
        plane.kubectl().run("wait", "--for=condition=Ready", "node/" + name, NODE_TIMEOUT);
    }

    private VmNode restored(String name, List<Integer> published)
            throws VmException, GuestException, TestbedException, InterruptedException {
        Path saved = snapshot.make();
        try {
            return VmNode.join(plane, name, saved, machines.machines(), published);
        } catch (VmException.Failed e) {
            progress.accept("recreating the node snapshot: " + e.getMessage());
            NodeSnapshot.discard(saved);
        }
        return VmNode.join(plane, name, snapshot.make(), machines.machines(), published);
    }

    /// Checks that the whole cluster runs.
    ///
    /// @throws TestbedException if a process of the control plane has ended, with its last output
    /// @throws VmException if the VM of a node has ended
    public void check() throws TestbedException, VmException {
        plane.check();
        for (ClusterNode node : nodes) node.check();
    }

    @Override
    public void close() throws TestbedException, VmException {
        // A pending interrupt would abort the cleanup.
        boolean interrupted = Thread.interrupted();
        try (machines;
                plane;
                var _ = network) {
            for (ClusterNode node : nodes) node.close();
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
