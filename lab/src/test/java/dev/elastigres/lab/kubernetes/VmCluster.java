package dev.elastigres.lab.kubernetes;

import dev.elastigres.cli.cluster.ClusterNode;
import dev.elastigres.cli.cluster.PodImages;
import dev.elastigres.cli.cluster.TestCluster;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Binaries;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.vm.VmException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The control plane on this machine, and one node in a VM.
record VmCluster(TestCluster cluster, ClusterNode node) implements LabCluster {
    /// Ports of pods on the node's network that are open on this host, too.
    static final List<Integer> PORTS = List.of(5432, 5433, 5434, 5435);

    private static final String NAME = "node-1";

    static VmCluster start() throws Exception {
        Binaries binaries = Binaries.find().orElseThrow(() -> new AssertionError(Binaries.NEEDED));
        TestCluster cluster =
                TestCluster.start(binaries, line -> System.err.println("lab: " + line));
        try {
            return new VmCluster(cluster, cluster.join(NAME, PORTS));
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    ControlPlane plane() {
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
    public String placement() {
        return "hostNetwork: true\n";
    }

    @Override
    public String postgres(int port) {
        return """
        image: %s
        imagePullPolicy: Never
        env: [{name: PGPORT, value: "%d"}]
        """
                .formatted(PodImages.POSTGRES, port);
    }

    /// By the runtime itself: the API server has no way into the node.
    @Override
    public String exec(Pod pod, List<String> command) throws Exception {
        String id = pod.containerId().replaceFirst("^containerd://", "");
        var words = new ArrayList<>(List.of("ctr", "--namespace", "k8s.io", "task", "exec"));
        words.addAll(List.of("--exec-id", "lab-" + System.nanoTime(), id));
        words.addAll(command);
        return node.sh(String.join(" ", words.stream().map(VmCluster::quoted).toList()));
    }

    /// What the node itself has in a file of the container's cgroup.
    String hostCgroupFile(Pod pod, String file) throws Exception {
        String folder = ClusterNode.cgroup(pod.qualityOfService(), pod.uid(), pod.containerId());
        return node.read(folder + "/" + file).strip();
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /// Begins to delete all that tests have made.
    void deleteNamespaces() throws TestbedException {
        String names = kubectl().run("get", "namespaces", "--output=name");
        for (String name : names.lines().filter(it -> it.startsWith("namespace/lab-")).toList())
            kubectl().run("delete", name, "--wait=false");
    }

    /// What the kubelet has said last.
    String story() throws Exception {
        return node.story();
    }

    @Override
    public void close() throws TestbedException, VmException {
        cluster.close();
    }
}
