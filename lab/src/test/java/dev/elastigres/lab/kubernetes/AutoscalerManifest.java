package dev.elastigres.lab.kubernetes;

/// A PostgresAutoscaler for the pods with the label `app: NAME`, whose unit is 250m and 256Mi.
record AutoscalerManifest(LabCluster cluster, String namespace, String name) {

    /// @param more lines of its spec; the smallest size is one unit where they do not say `min`
    static AutoscalerManifest create(
            LabCluster cluster, String namespace, String name, int max, String more)
            throws Exception {
        String min = more.contains("min:") ? "" : "min: 1\n";
        cluster.kubectl()
                .apply(
                        """
                        apiVersion: elastigres.dev/v1alpha1
                        kind: PostgresAutoscaler
                        metadata: {name: %1$s, namespace: %2$s}
                        spec:
                          target: {selector: {matchLabels: {app: %1$s}}}
                          computeUnit: {cpu: 250m, memory: 256Mi}
                          max: %3$d
                          rules: {dampingWindow: 5s}
                        %4$s
                        """
                                .formatted(
                                        name,
                                        namespace,
                                        max,
                                        (min + more).indent(2).stripTrailing()));
        return new AutoscalerManifest(cluster, namespace, name);
    }

    /// Changes its bounds, in units.
    void bounds(int min, int max) throws Exception {
        cluster.kubectl()
                .run(
                        "patch",
                        "pga",
                        name,
                        "--namespace=" + namespace,
                        "--type=merge",
                        "--patch={\"spec\":{\"min\":%d,\"max\":%d}}".formatted(min, max));
    }

    /// Lets them have this size and no other.
    void size(int units) throws Exception {
        bounds(units, units);
    }

    /// A field of its status, by kubectl's JSONPath: `.size`.
    String status(String path) throws Exception {
        return cluster.kubectl()
                .run(
                        "get",
                        "pga",
                        name,
                        "--namespace=" + namespace,
                        "--output=jsonpath={.status" + path + "}");
    }
}
