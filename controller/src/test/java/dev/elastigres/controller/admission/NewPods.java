package dev.elastigres.controller.admission;

import dev.elastigres.controller.admission.NewPodReview.ClusterView;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A cluster for tests of the decision on new pods.
final class NewPods implements ClusterView {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    final List<PostgresAutoscaler> objects = new ArrayList<>();
    final List<Predecessor> pods = new ArrayList<>();
    final List<LimitRange> ranges = new ArrayList<>();
    final List<ResourceQuota> quotas = new ArrayList<>();
    final List<Node> nodes = new ArrayList<>();

    NewPods() {
        node("{}", "8", "32Gi");
    }

    void node(String spec, String cpu, String memory) {
        nodes.add(
                YAML.unmarshal(
                        """
                        metadata: {name: n%d, labels: {zone: z%d}}
                        spec: %s
                        status:
                          allocatable: {cpu: "%s", memory: "%s"}
                          conditions: [{type: Ready, status: "True"}]
                        """
                                .formatted(nodes.size(), nodes.size(), spec, cpu, memory),
                        Node.class));
    }

    void object(String spec) {
        objects.add(
                YAML.unmarshal(
                        "metadata: {name: pg, namespace: default}\nspec: " + spec,
                        PostgresAutoscaler.class));
    }

    static PostgresAutoscaler autoscaler(String text) {
        return YAML.unmarshal(text, PostgresAutoscaler.class);
    }

    static Pod pod(String metadata, String resources, String more) {
        return YAML.unmarshal(
                """
                metadata: {namespace: default, %s}
                spec:
                  containers:
                  - {name: postgres, resources: %s}
                %s
                """
                        .formatted(metadata, resources, more),
                Pod.class);
    }

    /// Returns the pod `pg-0` of the StatefulSet `pg`.
    static Pod ordinal(String resources) {
        return pod(
                "name: pg-0, labels: {app: pg}, ownerReferences: [{apiVersion: apps/v1, kind:"
                        + " StatefulSet, name: pg, uid: u, controller: true}]",
                resources,
                "");
    }

    static Resources size(double cpus, long gibibytes) {
        return new Resources(cpus, Bytes.ofGibibytes(gibibytes));
    }

    void range(String limits) {
        ranges.add(
                YAML.unmarshal(
                        "metadata: {name: r, namespace: default}\nspec: {limits: [%s]}"
                                .formatted(limits),
                        LimitRange.class));
    }

    void quota(String hard, @Nullable String used) {
        quotas.add(
                YAML.unmarshal(
                        "metadata: {name: q, namespace: default}\nspec: {hard: %s}\n%s"
                                .formatted(
                                        hard, used == null ? "" : "status: {used: " + used + "}"),
                        ResourceQuota.class));
    }

    @Override
    public Collection<PostgresAutoscaler> autoscalers(String namespace) {
        return objects;
    }

    @Override
    public List<Predecessor> pods(String namespace, String container) {
        return pods;
    }

    @Override
    public NamespaceLimits limits(Pod pod) {
        return new NamespaceLimits(ranges, quotas, NodeCapacities.of(nodes, List.of()).of(pod));
    }
}
