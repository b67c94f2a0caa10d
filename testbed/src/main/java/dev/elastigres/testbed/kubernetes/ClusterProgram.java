package dev.elastigres.testbed.kubernetes;

/// One of the programs that a cluster is made of.
public enum ClusterProgram {
    ETCD("etcd"),
    API_SERVER("kube-apiserver"),
    SCHEDULER("kube-scheduler"),
    CONTROLLER_MANAGER("kube-controller-manager"),
    KUBECTL("kubectl"),
    /// For a real node; not run here.
    KUBELET("kubelet"),
    /// Plays nodes and their pods.
    KWOK("kwok");

    private final String file;

    ClusterProgram(String file) {
        this.file = file;
    }

    /// Its name as a file.
    public String file() {
        return file;
    }
}
