package dev.elastigres.kubernetes.eviction;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.node.PodRequests;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks whether a pod could run on a node, by the scheduler's rules about nodes: readiness,
/// taints, node selectors and affinity, node affinity of volumes, required anti-affinity between
/// pods, the number of pods, and their requests. Preferences, topology spread and required affinity
/// to other pods are left to the scheduler.
///
/// A rule that cannot be read counts as not met, so that the pod stays where it is.
public final class NodeFit {
    private static final Set<String> REPELLING_EFFECTS = Set.of("NoSchedule", "NoExecute");
    private static final Set<String> ENDED_PHASES = Set.of("Succeeded", "Failed");

    private NodeFit() {}

    /// Returns whether the node may run the pod, regardless of the other pods of the node.
    ///
    /// @param volumes the volumes that the pod's claims are bound to
    public static boolean mayTake(Node node, Pod pod, Collection<PersistentVolume> volumes) {
        return isReady(node)
                && !Boolean.TRUE.equals(node.getSpec().getUnschedulable())
                && toleratesTaints(node, pod)
                && isSelected(node, pod)
                && volumes.stream().allMatch(it -> isReachable(it, node));
    }

    /// Returns whether the node has room for the pod beside its current pods.
    ///
    /// @param needed total requests of the pod
    /// @param there all pods of the node
    static boolean hasRoom(Node node, Resources needed, Collection<Pod> there) {
        List<Pod> counted = there.stream().filter(it -> !isOver(it)).toList();
        Map<String, Quantity> allocatable = node.getStatus().getAllocatable();
        Resources taken =
                counted.stream().map(PodRequests::of).reduce(Resources.ZERO, Resources::plus);
        return counted.size() < pods(allocatable)
                && ResourceAmounts.of(allocatable).covers(taken.plus(needed));
    }

    /// Returns whether no required anti-affinity, of the pod or of another one, keeps the pod from
    /// the node.
    ///
    /// @param there all pods of the node
    static boolean areApart(Node node, Pod pod, Collection<Pod> there) {
        String uid = pod.getMetadata().getUid();
        for (Pod other : there) {
            if (isOver(other) || other.getMetadata().getUid().equals(uid)) continue;
            if (repels(pod, other, node) || repels(other, pod, node)) return false;
        }
        return true;
    }

    private static boolean repels(Pod owner, Pod other, Node node) {
        return antiAffinity(owner).stream()
                .filter(it -> labels(node).containsKey(it.getTopologyKey()))
                .anyMatch(it -> applies(it, owner, other));
    }

    private static List<PodAffinityTerm> antiAffinity(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getAffinity())
                .map(Affinity::getPodAntiAffinity)
                .map(PodAntiAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .orElse(List.of());
    }

    private static boolean applies(PodAffinityTerm term, Pod owner, Pod other) {
        String namespace = other.getMetadata().getNamespace();
        List<String> named = orNone(term.getNamespaces());
        boolean inNamespace =
                term.getNamespaceSelector() != null
                        || named.contains(namespace)
                        || (named.isEmpty()
                                && namespace.equals(owner.getMetadata().getNamespace()));
        return inNamespace && matches(term.getLabelSelector(), labels(other));
    }

    /// Matches labels against a selector. A missing selector matches nothing, an empty one
    /// everything.
    private static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
        if (selector == null) return false;
        boolean equal =
                selector.getMatchLabels() == null
                        || labels.entrySet().containsAll(selector.getMatchLabels().entrySet());
        return equal
                && orNone(selector.getMatchExpressions()).stream()
                        .allMatch(it -> holds(it, labels));
    }

    private static boolean holds(LabelSelectorRequirement it, Map<String, String> labels) {
        return holds(labels.get(it.getKey()), it.getOperator(), orNone(it.getValues()), true);
    }

    // ---- the node itself

    static boolean isReady(Node node) {
        if (node.getMetadata().getDeletionTimestamp() != null) return false;
        for (NodeCondition each : node.getStatus().getConditions())
            if ("Ready".equals(each.getType())) return "True".equals(each.getStatus());
        return false;
    }

    private static boolean toleratesTaints(Node node, Pod pod) {
        return orNone(node.getSpec().getTaints()).stream()
                .filter(it -> REPELLING_EFFECTS.contains(it.getEffect()))
                .allMatch(
                        taint ->
                                orNone(pod.getSpec().getTolerations()).stream()
                                        .anyMatch(it -> tolerates(it, taint)));
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        boolean everyEffect = toleration.getEffect() == null || toleration.getEffect().isEmpty();
        if (!everyEffect && !toleration.getEffect().equals(taint.getEffect())) return false;
        boolean exists = "Exists".equals(toleration.getOperator());
        if (toleration.getKey() == null || toleration.getKey().isEmpty()) return exists;
        if (!toleration.getKey().equals(taint.getKey())) return false;
        return exists || orEmpty(toleration.getValue()).equals(orEmpty(taint.getValue()));
    }

    private static boolean isSelected(Node node, Pod pod) {
        Map<String, String> wanted = pod.getSpec().getNodeSelector();
        if (wanted != null && !labels(node).entrySet().containsAll(wanted.entrySet())) return false;
        return Optional.ofNullable(pod.getSpec().getAffinity())
                .map(Affinity::getNodeAffinity)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .map(it -> matches(it, node))
                .orElse(true);
    }

    private static boolean isReachable(PersistentVolume volume, Node node) {
        return Optional.ofNullable(volume.getSpec().getNodeAffinity())
                .map(VolumeNodeAffinity::getRequired)
                .map(it -> matches(it, node))
                .orElse(true);
    }

    /// Returns whether at least one term of the selector matches.
    private static boolean matches(NodeSelector selector, Node node) {
        return orNone(selector.getNodeSelectorTerms()).stream().anyMatch(it -> matches(it, node));
    }

    /// Returns whether all requirements of the term hold. An empty term matches nothing.
    private static boolean matches(NodeSelectorTerm term, Node node) {
        List<NodeSelectorRequirement> labels = orNone(term.getMatchExpressions());
        List<NodeSelectorRequirement> fields = orNone(term.getMatchFields());
        if (labels.isEmpty() && fields.isEmpty()) return false;
        return labels.stream().allMatch(it -> holds(labels(node).get(it.getKey()), it))
                && fields.stream()
                        .allMatch(
                                it ->
                                        "metadata.name".equals(it.getKey())
                                                && holds(node.getMetadata().getName(), it));
    }

    private static boolean holds(@Nullable String value, NodeSelectorRequirement it) {
        return holds(value, it.getOperator(), orNone(it.getValues()), false);
    }

    /// @param ofLabels whether the operator belongs to a label selector, which has no numeric
    ///     comparison
    private static boolean holds(
            @Nullable String value, String operator, List<String> values, boolean ofLabels) {
        return switch (operator) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> !ofLabels && compare(value, values).filter(it -> it > 0).isPresent();
            case "Lt" -> !ofLabels && compare(value, values).filter(it -> it < 0).isPresent();
            default -> false;
        };
    }

    private static Optional<Integer> compare(@Nullable String value, List<String> values) {
        if (value == null || values.size() != 1) return Optional.empty();
        try {
            return Optional.of(
                    Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst())));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static long pods(Map<String, Quantity> allocatable) {
        Quantity pods = allocatable == null ? null : allocatable.get("pods");
        if (pods == null) return Long.MAX_VALUE;
        try {
            return pods.getNumericalAmount().min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue();
        } catch (IllegalArgumentException | ArithmeticException _) {
            return 0;
        }
    }

    private static boolean isOver(Pod pod) {
        return pod.getStatus() != null
                && ENDED_PHASES.contains(String.valueOf(pod.getStatus().getPhase()));
    }

    private static Map<String, String> labels(Node node) {
        return orNone(node.getMetadata().getLabels());
    }

    private static Map<String, String> labels(Pod pod) {
        return orNone(pod.getMetadata().getLabels());
    }

    private static Map<String, String> orNone(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
