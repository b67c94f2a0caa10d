package dev.elastigres.kubernetes.targets;

import static java.util.stream.Collectors.joining;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A HorizontalPodAutoscaler or VerticalPodAutoscaler that reacts to the requests which the agent
/// changes: it scales a workload on the utilization of CPUs or memory, that is, on usage divided by
/// requests, or it sets the requests of the workload's containers itself. Autoscalers that do
/// neither have no instance of this type.
///
/// @param kind `HorizontalPodAutoscaler` or `VerticalPodAutoscaler`
/// @param name name of the autoscaler
/// @param target the workload
/// @param resources names of the resources by container, `cpu` and `memory`; [#ALL] for the
///     containers without an entry
public record OtherAutoscaler(
        String kind, String name, TargetReference target, Map<String, Set<String>> resources) {
    /// Stands for all containers.
    static final String ALL = "*";

    static final String HORIZONTAL = "HorizontalPodAutoscaler";
    static final String VERTICAL = "VerticalPodAutoscaler";
    private static final Set<String> SCALED = Set.of("cpu", "memory");
    private static final String TEMPLATE_HASH = "pod-template-hash";

    /// Update modes in which a VerticalPodAutoscaler leaves running pods as they are.
    private static final Set<String> PASSIVE = Set.of("Off", "Initial");

    /// A reference to a workload by name.
    ///
    /// @param group API group; empty if the reference has none
    public record TargetReference(String group, String kind, String name) {
        static TargetReference of(String apiVersion, String kind, String name) {
            int slash = apiVersion.indexOf('/');
            return new TargetReference(slash < 0 ? "" : apiVersion.substring(0, slash), kind, name);
        }

        boolean isSame(TargetReference other) {
            return kind.equals(other.kind)
                    && name.equals(other.name)
                    && (group.isEmpty() || other.group.isEmpty() || group.equals(other.group));
        }
    }

    public OtherAutoscaler {
        resources = Map.copyOf(resources);
    }

    /// Reads a HorizontalPodAutoscaler of `autoscaling/v2`; empty if it does not depend on
    /// requests.
    public static Optional<OtherAutoscaler> horizontal(GenericKubernetesResource object) {
        var byContainer = new HashMap<String, Set<String>>();
        for (Object metric : list(object.get("spec", "metrics"))) {
            switch (text(metric, "type")) {
                case "Resource" -> add(byContainer, ALL, field(metric, "resource"));
                case "ContainerResource" -> {
                    Object resource = field(metric, "containerResource");
                    add(byContainer, text(resource, "container"), resource);
                }
                default -> {}
            }
        }
        Set<String> all = byContainer.getOrDefault(ALL, Set.of());
        byContainer.values().forEach(it -> it.addAll(all));
        return of(HORIZONTAL, object, object.get("spec", "scaleTargetRef"), byContainer);
    }

    private static void add(Map<String, Set<String>> byContainer, String container, Object metric) {
        boolean isUtilization = text(field(metric, "target"), "type").equals("Utilization");
        String resource = text(metric, "name");
        if (isUtilization && SCALED.contains(resource))
            byContainer.computeIfAbsent(container, _ -> new TreeSet<>()).add(resource);
    }

    /// Reads a VerticalPodAutoscaler of `autoscaling.k8s.io/v1`; empty if it changes no running
    /// pod.
    public static Optional<OtherAutoscaler> vertical(GenericKubernetesResource object) {
        Object mode = object.get("spec", "updatePolicy", "updateMode");
        if (mode instanceof String text && PASSIVE.contains(text)) return Optional.empty();
        var byContainer = new HashMap<String, Set<String>>();
        byContainer.put(ALL, SCALED);
        for (Object policy : list(object.get("spec", "resourcePolicy", "containerPolicies"))) {
            Set<String> controlled = new TreeSet<>();
            if (!text(policy, "mode").equals("Off")) {
                Object some = field(policy, "controlledResources");
                if (some instanceof List<?> names)
                    for (Object each : names) controlled.add(String.valueOf(each));
                else controlled.addAll(SCALED);
                controlled.retainAll(SCALED);
            }
            byContainer.put(text(policy, "containerName"), controlled);
        }
        return of(VERTICAL, object, object.get("spec", "targetRef"), byContainer);
    }

    private static Optional<OtherAutoscaler> of(
            String kind,
            GenericKubernetesResource object,
            @Nullable Object target,
            Map<String, Set<String>> byContainer) {
        if (byContainer.values().stream().allMatch(Set::isEmpty)) return Optional.empty();
        return Optional.of(
                new OtherAutoscaler(
                        kind,
                        object.getMetadata().getName(),
                        TargetReference.of(
                                text(target, "apiVersion"),
                                text(target, "kind"),
                                text(target, "name")),
                        byContainer));
    }

    /// Returns how the autoscaler acts on the pod's container, as a clause; empty if it does not.
    public Optional<String> effect(Pod pod, String container) {
        Set<String> own = resources.getOrDefault(container, resources.getOrDefault(ALL, Set.of()));
        if (own.isEmpty() || owners(pod).noneMatch(target::isSame)) return Optional.empty();
        String names = own.stream().sorted().collect(joining(" and "));
        return Optional.of(
                kind.equals(VERTICAL)
                        ? "the %s %s sets %s of %s %s"
                                .formatted(kind, name, names, target.kind, target.name)
                        : "the %s %s scales %s %s on the utilization of %s"
                                .formatted(kind, name, target.kind, target.name, names));
    }

    /// Returns the workloads that own the pod: its controller and, for a ReplicaSet, the Deployment
    /// that made it.
    private static Stream<TargetReference> owners(Pod pod) {
        var owners = new ArrayList<TargetReference>();
        List<OwnerReference> references = pod.getMetadata().getOwnerReferences();
        if (references == null) return Stream.empty();
        String hash = PodFields.labels(pod).getOrDefault(TEMPLATE_HASH, "");
        for (OwnerReference each : references) {
            if (!Boolean.TRUE.equals(each.getController())) continue;
            TargetReference owner =
                    TargetReference.of(
                            String.valueOf(each.getApiVersion()), each.getKind(), each.getName());
            owners.add(owner);
            String suffix = "-" + hash;
            if (owner.kind.equals("ReplicaSet") && !hash.isEmpty() && owner.name.endsWith(suffix))
                owners.add(
                        new TargetReference(
                                owner.group,
                                "Deployment",
                                owner.name.substring(0, owner.name.length() - suffix.length())));
        }
        return owners.stream();
    }

    // ---- fields of untyped objects

    private static Object field(@Nullable Object object, String name) {
        Object value = object instanceof Map<?, ?> map ? map.get(name) : null;
        return value == null ? Map.of() : value;
    }

    private static String text(@Nullable Object object, String name) {
        return field(object, name) instanceof String text ? text : "";
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
