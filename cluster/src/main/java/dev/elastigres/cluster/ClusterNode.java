package dev.elastigres.cluster;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.nio.file.Path;

/// A node with containerd and the kubelet. Closing it stops and removes it.
public sealed interface ClusterNode extends AutoCloseable permits VmNode, HostNode {

    /// Returns the name of its `Node` object.
    String name();

    /// Imports a container image in the format of `docker save`. Pods need `imagePullPolicy:
    /// Never`.
    void importImage(Path archive)
            throws TestbedException, VmException, GuestException, InterruptedException;

    /// Runs a script on the node as root and returns what it printed.
    String sh(String script)
            throws TestbedException, VmException, GuestException, InterruptedException;

    /// Checks that the node runs.
    ///
    /// @throws TestbedException if it has ended, with the end of its logs
    /// @throws VmException if its VM has ended
    void check() throws TestbedException, VmException;

    /// Returns the last log lines of the kubelet and containerd.
    String recentLogs() throws TestbedException, VmException, GuestException, InterruptedException;

    @Override
    void close() throws TestbedException, VmException;
}
