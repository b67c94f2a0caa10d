package dev.elastigres.lab.kubernetes;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Resources of the node, or requests of its pods: thousandths of a CPU, and MiB.
record NodeAmounts(long milliCpus, long mebibytes) {
    private static final NodeAmounts NONE = new NodeAmounts(0, 0);
    private static final Pattern SPACES = Pattern.compile(" +");

    private static final String ALIVE = "status.phase!=Succeeded,status.phase!=Failed";

    private static final String COLUMNS =
            "--output=custom-columns=N:.metadata.namespace,"
                    + "C:.spec.containers[*].resources.requests.cpu,"
                    + "M:.spec.containers[*].resources.requests.memory";

    /// Returns the node's allocatable resources.
    static NodeAmounts allocatable(LabCluster cluster) throws Exception {
        String path = "--output=jsonpath={.status.allocatable.cpu} {.status.allocatable.memory}";
        List<String> both =
                List.of(cluster.kubectl().run("get", "node", cluster.nodeName(), path).split(" "));
        return new NodeAmounts(milliCpus(both.getFirst()), mebibytes(both.getLast()));
    }

    /// Overstates the allocatable resources in the API server, until the kubelet corrects them.
    static void overstate(VmCluster cluster) throws Exception {
        cluster.kubectl()
                .run(
                        "patch",
                        "node",
                        cluster.nodeName(),
                        "--subresource=status",
                        "--type=merge",
                        "--patch={\"status\":{\"allocatable\":{\"cpu\":\"64\",\"memory\":\"256Gi\"}}}");
    }

    /// Returns the total requests of the node's pods that have not ended.
    static NodeAmounts requested(LabCluster cluster) throws Exception {
        return requested(cluster, _ -> true);
    }

    /// Returns the total requests without the pods of tests.
    static NodeAmounts requestedByOthers(LabCluster cluster) throws Exception {
        return requested(cluster, namespace -> !namespace.startsWith(LabCluster.PREFIX));
    }

    private static NodeAmounts requested(LabCluster cluster, Predicate<String> namespaces)
            throws Exception {
        return cluster.kubectl()
                .run(
                        "get",
                        "pods",
                        "--all-namespaces",
                        "--no-headers",
                        "--field-selector=%s,spec.nodeName=%s".formatted(ALIVE, cluster.nodeName()),
                        COLUMNS)
                .lines()
                .map(it -> SPACES.split(it.strip()))
                .filter(it -> namespaces.test(it[0]))
                .map(it -> new NodeAmounts(sum(it[1], true), sum(it[2], false)))
                .reduce(NONE, NodeAmounts::plus);
    }

    private static long sum(String quantities, boolean cpus) {
        Stream<String> each =
                Arrays.stream(quantities.split(",")).filter(it -> !it.equals("<none>"));
        return each.mapToLong(it -> cpus ? milliCpus(it) : mebibytes(it)).sum();
    }

    private NodeAmounts plus(NodeAmounts other) {
        return new NodeAmounts(milliCpus + other.milliCpus, mebibytes + other.mebibytes);
    }

    /// Returns the number of compute units of [AutoscalerManifest] that fit.
    int units() {
        return (int) Math.min(milliCpus / 250, mebibytes / 256);
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
