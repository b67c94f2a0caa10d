package dev.elastigres.lab.kubernetes;

import dev.elastigres.cluster.Manifests;
import dev.elastigres.cluster.TestCluster;
import dev.elastigres.cluster.VmNode;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.vm.VmException;
import java.nio.file.Path;
import java.util.List;

/// A control plane on this machine, and one node in a VM.
record VmCluster(TestCluster cluster, VmNode node) implements LabCluster {
    /// Ports of pods on the node's network that are forwarded from this host.
    static final List<Integer> PORTS = List.of(5432, 5433, 5434, 5435);

    private static final String NAME = "node-1";

    static VmCluster start() throws Exception {
        KubernetesBinaries binaries =
                KubernetesBinaries.find()
                        .orElseThrow(() -> new AssertionError(KubernetesBinaries.NEEDED));
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
    public String nodeName() {
        return node.name();
    }

    /// Imports the image of this build into the node.
    @Override
    public String manifests() throws Exception {
        node.importImage(Path.of(System.getProperty("lab.node-image")));
        return Manifests.elastigres();
    }

    @Override
    public String placement() {
        return "hostNetwork: true\n";
    }

    @Override
    public String idle() {
        return ImportedImages.idle();
    }

    @Override
    public String postgres(int port) {
        return ImportedImages.postgres(port);
    }

    /// Reads the file from outside the container.
    @Override
    public String cgroupFile(LabPod pod, String file) throws Exception {
        String folder = VmNode.cgroup(pod.qualityOfService(), pod.uid(), pod.containerId());
        return node.read(folder + "/" + file).strip();
    }

    /// Includes the logs before restarts.
    @Override
    public String log(LabPod pod, String container) throws Exception {
        return node.sh(
                "cat /var/log/pods/%s_%s_*/%s/*.log"
                        .formatted(pod.namespace(), pod.name(), container));
    }

    /// Returns the last log lines of the kubelet and containerd.
    @Override
    public String recentLogs() throws Exception {
        return node.recentLogs();
    }

    @Override
    public void close() throws TestbedException, VmException {
        cluster.close();
    }
}
