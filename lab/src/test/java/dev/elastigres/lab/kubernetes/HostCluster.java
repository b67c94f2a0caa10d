package dev.elastigres.lab.kubernetes;

import dev.elastigres.cluster.HostNode;
import dev.elastigres.cluster.TestCluster;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.vm.VmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A control plane and one node, both on this machine itself.
record HostCluster(TestCluster cluster, HostNode node) implements LabCluster {
    private static final String NAME = "node-1";

    static HostCluster start() throws Exception {
        KubernetesBinaries binaries =
                KubernetesBinaries.find()
                        .orElseThrow(() -> new AssertionError(KubernetesBinaries.NEEDED));
        TestCluster cluster =
                TestCluster.start(binaries, line -> System.err.println("lab: " + line));
        try {
            return new HostCluster(cluster, cluster.joinHost(NAME));
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    /// Returns whether the user may have such nodes.
    static boolean isPossible() {
        return "root".equals(System.getProperty("user.name"));
    }

    private ControlPlane plane() {
        return cluster.plane();
    }

    @Override
    public Kubectl kubectl() {
        return plane().kubectl();
    }

    @Override
    public Kubectl kubectl(String namespace, String account) throws Exception {
        return plane().kubectl(plane().kubeconfig(namespace, account));
    }

    @Override
    public Path kubeconfig() {
        return plane().adminKubeconfig();
    }

    @Override
    public String nodeName() {
        return node.name();
    }

    @Override
    public String manifests() {
        throw new UnsupportedOperationException("the monitor needs pods with cgroup v2");
    }

    @Override
    public String placement() {
        return "enableServiceLinks: false\n";
    }

    @Override
    public String idle() {
        return ImportedImages.idle();
    }

    @Override
    public String postgres(int port) {
        return ImportedImages.postgres(port);
    }

    /// Reads the file inside the container. On a machine with cgroup v1, returns what the file of
    /// cgroup v2 would contain.
    ///
    /// @param file `memory.max`, `cpu.max` or `memory.stat`
    @Override
    public String cgroupFile(LabPod pod, String file) throws TestbedException {
        if (Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))) return read(pod, file);
        return switch (file) {
            case "memory.max" -> read(pod, "memory/memory.limit_in_bytes");
            case "cpu.max" ->
                    read(pod, "cpu/cpu.cfs_quota_us") + " " + read(pod, "cpu/cpu.cfs_period_us");
            case "memory.stat" ->
                    read(pod, "memory/memory.stat").replaceAll("(?m)^rss (?=[0-9])", "anon ");
            default -> throw new IllegalArgumentException("unknown on cgroup v1: " + file);
        };
    }

    private String read(LabPod pod, String file) throws TestbedException {
        return exec(pod, List.of("cat", "/sys/fs/cgroup/" + file)).strip();
    }

    @Override
    public String log(LabPod pod, String container) throws TestbedException {
        return kubectl()
                .run(
                        "logs",
                        pod.name(),
                        "--namespace=" + pod.namespace(),
                        "--container=" + container);
    }

    @Override
    public String recentLogs() throws TestbedException {
        return node.recentLogs();
    }

    @Override
    public void close() throws TestbedException, VmException {
        cluster.close();
    }
}
