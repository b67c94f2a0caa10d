package dev.elastigres.lab.kubernetes;

/// A PostgresAutoscaler for the pods with the label `app: NAME`, with units of 250m and 256Mi.
record AutoscalerManifest(LabCluster cluster, String namespace, String name) {

    /// @param more further lines of its spec; `min` is one unit unless they set it
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

    /// Sets both bounds to this size.
    void size(int units) throws Exception {
        bounds(units, units);
    }

    /// Sets the longest wait after a shrink that hurt, in Kubernetes' style: `30s`.
    void maxCooldown(String time) throws Exception {
        cluster.kubectl()
                .run(
                        "patch",
                        "pga",
                        name,
                        "--namespace=" + namespace,
                        "--type=merge",
                        "--patch={\"spec\":{\"rules\":{\"cooldownMax\":\"%s\"}}}".formatted(time));
    }

    /// Returns a field of its status, by kubectl's JSONPath: `.size`.
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
