package dev.elastigres.cluster;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ApiServerAccess;
import dev.elastigres.testbed.kubernetes.ClusterProgram;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.testbed.process.ParentBoundProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A node on this machine: containerd and the kubelet in namespaces of their own, without a VM. It
/// starts within seconds, and its pods run natively. When its first process ends, the kernel ends
/// all of its processes and removes its mounts and its network.
public final class HostNode implements ClusterNode {
    private static final String SCRIPT = "host-node.sh";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(3);
    private static final int LOG_LINES = 60;

    /// Joins the cgroups that are its arguments, up to `--`, and becomes the command after it.
    private static final String JOIN =
            """
            while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs"; shift; done
            shift
            exec "$@"
            """;

    private final String name;
    private final Path home;
    private final NodeCgroups cgroups;
    private final Process process;
    private final ProcessHandle first;

    private HostNode(
            String name, Path home, NodeCgroups cgroups, Process process, ProcessHandle first) {
        this.name = name;
        this.home = home;
        this.cgroups = cgroups;
        this.process = process;
        this.first = first;
    }

    /// Starts a node. Its kubelet then registers it with the API server.
    ///
    /// @param number of the node in the network
    static HostNode start(
            ControlPlane plane,
            HostNetwork network,
            KubernetesBinaries binaries,
            String name,
            int number)
            throws TestbedException {
        Path home = folder();
        try {
            write(plane, binaries, home, name, number);
            NodeCgroups cgroups = NodeCgroups.make(home.getFileName().toString());
            Path start = home.resolve("start");
            Process process = launch(home, start, cgroups);
            var node = new HostNode(name, home, cgroups, process, firstProcess(process, home));
            try {
                network.attach(number, node.first.pid());
                Files.createFile(start);
                plane.nodes()
                        .reach(
                                name,
                                new InetSocketAddress(
                                        InetAddress.ofLiteral(HostNetwork.address(number)),
                                        ControlPlane.KUBELET_PORT));
                return node;
            } catch (TestbedException | IOException e) {
                node.close();
                throw e;
            }
        } catch (IOException e) {
            throw new TestbedException("cannot start the node " + name, e);
        }
    }

    private static Path folder() throws TestbedException {
        try {
            // Images and volumes are large; /tmp may be in memory.
            Path home = Files.createTempDirectory(Path.of("/var/tmp"), "elastigres-node-");
            OrphanReaper.watch(home);
            return home;
        } catch (IOException e) {
            throw new TestbedException("cannot make the folder of a node", e);
        }
    }

    private static void write(
            ControlPlane plane, KubernetesBinaries binaries, Path home, String name, int number)
            throws TestbedException, IOException {
        Files.createDirectories(home.resolve("cni"));
        String pods = HostNetwork.pods(number);
        Map<String, String> files =
                Map.of(
                        SCRIPT,
                        NodeImageFiles.resource(SCRIPT),
                        "network.sh",
                        HostNetwork.script(number),
                        "containerd.toml",
                        NodeImageFiles.resource("host-containerd.toml").formatted(home),
                        "kubelet.yaml",
                        NodeImageFiles.resource("host-kubelet.yaml").formatted(home),
                        "cni/10-pods.conflist",
                        NodeImageFiles.resource("host-pods.conflist").formatted(pods),
                        "authority.pem",
                        plane.authorityPem(),
                        "kubelet.conf",
                        plane.nodeKubeconfig(name, ApiServerAccess.SERVICE),
                        "name",
                        name,
                        "address",
                        HostNetwork.address(number));
        // The folder's own permissions keep the kubelet's key from others.
        for (var file : files.entrySet())
            Files.writeString(home.resolve(file.getKey()), file.getValue());
        Files.createSymbolicLink(home.resolve("kubelet"), binaries.of(ClusterProgram.KUBELET));
    }

    private static Process launch(Path home, Path start, NodeCgroups cgroups)
            throws TestbedException {
        var command = new ArrayList<>(List.of("sh", "-ec", JOIN, "join"));
        cgroups.folders().forEach(it -> command.add(it.toString()));
        command.addAll(
                List.of(
                        "--",
                        "unshare",
                        "--mount",
                        "--net",
                        "--pid",
                        "--cgroup",
                        "--fork",
                        "--kill-child",
                        "sh",
                        home.resolve(SCRIPT).toString(),
                        home.toString(),
                        start.toString()));
        var builder =
                new ProcessBuilder(ParentBoundProcess.command(List.of(), "KILL", command))
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("node.log").toFile());
        return ParentBoundProcess.start(home.getFileName().toString(), builder);
    }

    /// Returns process 1 of the node, once its namespaces exist.
    private static ProcessHandle firstProcess(Process process, Path home) throws TestbedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        try {
            while (System.nanoTime() - deadline < 0 && process.isAlive()) {
                Optional<ProcessHandle> child = process.children().findFirst();
                if (child.isPresent()) return child.get();
                Thread.sleep(POLL);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while a node starts", e);
        }
        process.destroyForcibly();
        throw new TestbedException("the node did not start:%n%s".formatted(end(home, "node")));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void importImage(Path archive) throws TestbedException, InterruptedException {
        sh(
                "until ctr version > /dev/null 2>&1; do sleep 0.05; done; ctr --namespace k8s.io"
                        + " images import '"
                        + archive
                        + "'");
    }

    @Override
    public String sh(String script) throws TestbedException, InterruptedException {
        var command =
                List.of(
                        "nsenter",
                        "--target=" + first.pid(),
                        "--mount",
                        "--net",
                        "--pid",
                        "--cgroup",
                        "sh",
                        "-c",
                        script);
        try {
            return new ExternalProgram(command, Map.of(), COMMAND_TIMEOUT).run().strip();
        } catch (ExternalProgramException e) {
            throw new TestbedException("on the node " + name, e);
        }
    }

    @Override
    public void check() throws TestbedException {
        if (!process.isAlive())
            throw new TestbedException(
                    "the node %s has ended; the end of its log:%n%s".formatted(name, recentLogs()));
    }

    @Override
    public String recentLogs() throws TestbedException {
        return end(home, "node") + "\n" + end(home, "kubelet") + "\n" + end(home, "containerd");
    }

    private static String end(Path home, String log) throws TestbedException {
        Path file = home.resolve(log + ".log");
        try {
            if (!Files.exists(file)) return "";
            List<String> lines = Files.readAllLines(file);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            throw new TestbedException("cannot read " + file, e);
        }
    }

    /// Ends the node at once, as a power failure would, and removes what it leaves.
    @Override
    public void close() throws TestbedException {
        process.destroyForcibly();
        try {
            // The kernel ends process 1 after all others of the node.
            first.onExit().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            cgroups.close();
            FileTrees.delete(home);
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new TestbedException("cannot remove the node " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while the node " + name + " ends", e);
        }
    }
}
