package dev.elastigres.lab.kubernetes;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the node has, and what its pods request of it: thousandths of a CPU and mebibytes.
record NodeAmounts(long milliCpus, long mebibytes) {
    private static final Pattern SPACES = Pattern.compile(" +");

    private static final String ALIVE =
            "--field-selector=status.phase!=Succeeded,status.phase!=Failed";

    /// What the node gives to pods in all.
    static NodeAmounts allocatable(VmCluster cluster) throws Exception {
        String node = cluster.node().name();
        String path = "--output=jsonpath={.status.allocatable.cpu} {.status.allocatable.memory}";
        List<String> both = words(cluster.kubectl().run("get", "node", node, path)).toList();
        return new NodeAmounts(milliCpus(both.getFirst()), mebibytes(both.getLast()));
    }

    /// What all pods request together that have not ended.
    static NodeAmounts requested(VmCluster cluster) throws Exception {
        return requested(cluster, "--all-namespaces");
    }

    /// @param which such as `--namespace=NAME`
    static NodeAmounts requested(VmCluster cluster, String which) throws Exception {
        return new NodeAmounts(
                requests(cluster, which, "cpu").mapToLong(NodeAmounts::milliCpus).sum(),
                requests(cluster, which, "memory").mapToLong(NodeAmounts::mebibytes).sum());
    }

    private static Stream<String> requests(VmCluster cluster, String which, String resource)
            throws Exception {
        String path =
                "--output=jsonpath={range .items[*].spec.containers[*]}{.resources.requests."
                        + resource
                        + "} {end}";
        return words(cluster.kubectl().run("get", "pods", which, ALIVE, path));
    }

    private static Stream<String> words(String text) {
        return SPACES.splitAsStream(text).filter(it -> !it.isBlank());
    }

    boolean fitsInto(NodeAmounts other) {
        return milliCpus <= other.milliCpus && mebibytes <= other.mebibytes;
    }

    static long milliCpus(String quantity) {
        return quantity.endsWith("m")
                ? Long.parseLong(quantity.substring(0, quantity.length() - 1))
                : Math.multiplyExact(Long.parseLong(quantity), 1000);
    }

    static long mebibytes(String quantity) {
        long number = Long.parseLong(quantity.replaceFirst("[KMG]i$", ""));
        if (quantity.endsWith("Ki")) return number >> 10;
        if (quantity.endsWith("Mi")) return number;
        return quantity.endsWith("Gi") ? number << 10 : number >> 20;
    }
}
