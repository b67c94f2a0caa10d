package dev.elastigres.lab.kubernetes;

import dev.elastigres.lab.LabAwait;
import java.util.List;

/// Creates pods with a Postgres.
final class PostgresPods {
    private PostgresPods() {}

    /// Creates a Guaranteed pod that is resized without restarts. Returns when its Postgres
    /// answers.
    static LabPod start(
            LabCluster cluster, String namespace, String name, int port, String cpu, String memory)
            throws Exception {
        String resources = "{requests: %1$s, limits: %1$s}".formatted(size(cpu, memory));
        return start(cluster, namespace, name, port, resources);
    }

    /// Returns a list of requests or limits in YAML's flow style.
    static String size(String cpu, String memory) {
        return "{cpu: %s, memory: %s}".formatted(cpu, memory);
    }

    /// @param resources of its container, in YAML's flow style
    static LabPod start(
            LabCluster cluster, String namespace, String name, int port, String resources)
            throws Exception {
        return start(cluster, namespace, name, port, resources, "", "");
    }

    /// @param resources of its container, in YAML's flow style
    /// @param settings of its server, as arguments: `-c shared_buffers=1GB`
    /// @param others further containers, as items of a YAML list
    static LabPod start(
            LabCluster cluster,
            String namespace,
            String name,
            int port,
            String resources,
            String settings,
            String others)
            throws Exception {
        cluster.kubectl()
                .apply(
                        manifest(cluster, namespace, name, port, resources)
                                + (settings.isEmpty() ? "" : "    args: [" + settings + "]\n")
                                + others.indent(2));
        var pod = new LabPod(cluster.kubectl(), namespace, name);
        cluster.kubectl()
                .run(
                        "wait",
                        "--for=condition=Ready",
                        "pod/" + name,
                        "--namespace=" + namespace,
                        "--timeout=120s");
        LabAwait.until(
                "Postgres answers in " + name, () -> sql(cluster, pod, "select 1"), "1"::equals);
        return pod;
    }

    private static String manifest(
            LabCluster cluster, String namespace, String name, int port, String resources) {
        return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          namespace: %s
          labels: {app: %s}
        spec:
          terminationGracePeriodSeconds: 5
        %s
          containers:
          - name: postgres
        %s
            ports: [{containerPort: %7$d}]
            resources: %6$s
            resizePolicy:
            - {resourceName: cpu, restartPolicy: NotRequired}
            - {resourceName: memory, restartPolicy: NotRequired}
        """
                .formatted(
                        name,
                        namespace,
                        name,
                        cluster.placement().indent(2).stripTrailing(),
                        cluster.postgres(port).indent(4).stripTrailing(),
                        resources,
                        port);
    }

    /// Runs a query inside the pod.
    static String sql(LabCluster cluster, LabPod pod, String query) throws Exception {
        return cluster.exec(pod, List.of("psql", "-Atc", query)).strip();
    }
}
