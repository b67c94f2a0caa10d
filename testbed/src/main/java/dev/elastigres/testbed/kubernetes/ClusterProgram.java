package dev.elastigres.testbed.kubernetes;

/// A program of a Kubernetes cluster.
public enum ClusterProgram {
    ETCD("etcd"),
    API_SERVER("kube-apiserver"),
    SCHEDULER("kube-scheduler"),
    CONTROLLER_MANAGER("kube-controller-manager"),
    KUBECTL("kubectl"),
    /// For real nodes; not run by the testbed.
    KUBELET("kubelet"),
    /// Simulates nodes and their pods.
    KWOK("kwok");

    private final String file;

    ClusterProgram(String file) {
        this.file = file;
    }

    /// Returns the file name of the program.
    public String file() {
        return file;
    }
}
