package dev.elastigres.lab.kubernetes;

import dev.elastigres.cluster.VmNode;
import dev.elastigres.lab.LabAwait;

/// Additional settings of the node's kubelet. They are in force until they are removed.
///
/// @param original the kubelet's configuration without them
record KubeletSettings(VmCluster cluster, String original) {
    private static final String FILE = "/etc/kubernetes/kubelet.yaml";
    private static final String CPU_STATE = "/var/lib/kubelet/cpu_manager_state";
    private static final String MEMORY_STATE = "/var/lib/kubelet/memory_manager_state";

    /// A kubelet does not start with the state of another CPU or memory manager policy. It must not
    /// write that state between the removal and its end.
    private static final String RESTART =
            """
            kubelet=$(pgrep -x kubelet)
            kill -STOP $kubelet
            rm -f %s %s
            kill -KILL $kubelet
            """
                    .formatted(CPU_STATE, MEMORY_STATE);

    /// Restarts the kubelet with additional settings. Returns when they are in force. Containers
    /// continue to run.
    ///
    /// @param settings lines of a KubeletConfiguration
    /// @param cpuPolicy name of the CPU manager policy that results
    /// @param memoryPolicy name of the memory manager policy that results
    static KubeletSettings apply(
            VmCluster cluster, String settings, String cpuPolicy, String memoryPolicy)
            throws Exception {
        var applied = new KubeletSettings(cluster, cluster.node().read(FILE));
        try {
            applied.restart(applied.original + settings, cpuPolicy, memoryPolicy);
        } catch (Exception | AssertionError e) {
            applied.remove();
            throw e;
        }
        return applied;
    }

    /// The new kubelet writes the names of its policies into the files of their state.
    private void restart(String configuration, String cpuPolicy, String memoryPolicy)
            throws Exception {
        VmNode node = cluster.node();
        node.sh("cat > " + FILE + " <<'END'\n" + configuration.stripTrailing() + "\nEND\n");
        node.sh(RESTART);
        awaitPolicy(CPU_STATE, cpuPolicy);
        awaitPolicy(MEMORY_STATE, memoryPolicy);
    }

    private void awaitPolicy(String file, String policy) throws Exception {
        LabAwait.until(
                "the kubelet has the policy " + policy,
                () -> cluster.node().sh("cat %s 2>/dev/null || true".formatted(file)),
                it -> it.contains("\"policyName\":\"" + policy + "\""));
    }

    void remove() throws Exception {
        restart(original, "none", "None");
    }
}
