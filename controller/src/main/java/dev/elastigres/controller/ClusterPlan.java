package dev.elastigres.controller;

import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanPod;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.api.NodePlanStatus;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.targets.ObjectName;
import dev.elastigres.kubernetes.targets.PodName;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The plans of all nodes, and the newest reports of their agents. A change of one namespace or one
/// node recomputes only the plans and objects that it affects. It does no I/O, and is used by one
/// thread.
final class ClusterPlan {
    /// Targets by node and namespace.
    private final Map<String, TreeMap<String, List<PlanTarget>>> byNode = new HashMap<>();

    private final Map<String, Set<String>> nodesOfNamespace = new HashMap<>();
    private final Map<ObjectName, List<PlannedPod>> podsOf = new HashMap<>();
    private final Map<String, Set<ObjectName>> objectsOfNamespace = new HashMap<>();

    /// The objects that select a pod.
    private final Map<PodName, Set<ObjectName>> objectsOfPod = new HashMap<>();

    /// Reports by node and pod.
    private final Map<String, Map<PodName, PodReport>> reports = new HashMap<>();

    /// A selected pod.
    ///
    /// @param node name of its node
    /// @param uid uid of the pod
    record PlannedPod(String node, PodName pod, String uid) {}

    /// Recomputes the targets of a namespace. Returns the nodes whose plans may have changed.
    ///
    /// @param objects all objects of the namespace
    /// @param pods all pods of the namespace
    Set<String> replan(
            String namespace, Collection<PostgresAutoscaler> objects, Collection<Pod> pods) {
        Map<String, List<PlanTarget>> now = NamespacePlanner.plan(objects, pods);
        Set<String> touched = new TreeSet<>(now.keySet());
        touched.addAll(nodesOfNamespace.getOrDefault(namespace, Set.of()));
        for (String node : touched) {
            var its = byNode.computeIfAbsent(node, _ -> new TreeMap<>());
            List<PlanTarget> targets = now.get(node);
            if (targets == null) its.remove(namespace);
            else its.put(namespace, targets);
            if (its.isEmpty()) byNode.remove(node);
        }
        if (now.isEmpty()) nodesOfNamespace.remove(namespace);
        else nodesOfNamespace.put(namespace, now.keySet());
        index(namespace, now);
        return touched;
    }

    private void index(String namespace, Map<String, List<PlanTarget>> now) {
        for (ObjectName object : objectsOfNamespace.getOrDefault(namespace, Set.of()))
            for (PlannedPod each :
                    Objects.requireNonNullElse(podsOf.remove(object), List.<PlannedPod>of()))
                objectsOfPod.remove(each.pod);
        Set<ObjectName> all = new HashSet<>();
        now.forEach(
                (node, targets) -> {
                    for (PlanTarget target : targets) {
                        var object = new ObjectName(namespace, String.valueOf(target.name()));
                        all.add(object);
                        for (PlanPod pod : target.allPods()) {
                            var name = new PodName(namespace, String.valueOf(pod.name()));
                            podsOf.computeIfAbsent(object, _ -> new ArrayList<>())
                                    .add(new PlannedPod(node, name, String.valueOf(pod.uid())));
                            objectsOfPod.computeIfAbsent(name, _ -> new HashSet<>()).add(object);
                        }
                    }
                });
        if (all.isEmpty()) objectsOfNamespace.remove(namespace);
        else objectsOfNamespace.put(namespace, all);
    }

    /// Returns the plan of a node.
    NodePlanSpec plan(String node) {
        var its = byNode.get(node);
        return NodePlanSpec.of(
                its == null ? List.of() : its.values().stream().flatMap(List::stream).toList());
    }

    /// Returns the nodes with a selected pod.
    Set<String> nodes() {
        return Set.copyOf(byNode.keySet());
    }

    /// Returns the namespaces with a selected pod.
    Set<String> namespaces() {
        return Set.copyOf(nodesOfNamespace.keySet());
    }

    /// Replaces the reports of a node. Returns the objects whose status may have changed.
    ///
    /// @param status the status of the node's plan; empty if there is none
    Set<ObjectName> report(String node, Optional<NodePlanStatus> status) {
        var now = new HashMap<PodName, PodReport>();
        for (PodReport each : status.map(NodePlanStatus::allPods).orElse(List.of()))
            now.put(
                    new PodName(String.valueOf(each.namespace()), String.valueOf(each.name())),
                    each);
        Map<PodName, PodReport> before =
                now.isEmpty() ? reports.remove(node) : reports.put(node, now);
        if (before == null) before = Map.of();
        var changed = new HashSet<PodName>(before.keySet());
        changed.addAll(now.keySet());
        var objects = new HashSet<ObjectName>();
        for (PodName pod : changed)
            if (!Objects.equals(before.get(pod), now.get(pod)))
                objects.addAll(objectsOfPod.getOrDefault(pod, Set.of()));
        return objects;
    }

    /// Returns the pods that the object selects.
    List<PlannedPod> podsOf(ObjectName object) {
        return podsOf.getOrDefault(object, List.of());
    }

    /// Returns the report of the pod by the agent of its node. A report of another pod that had the
    /// same name does not count.
    Optional<PodReport> report(PlannedPod pod) {
        return Optional.ofNullable(reports.getOrDefault(pod.node, Map.of()).get(pod.pod))
                .filter(it -> pod.uid.equals(it.uid()));
    }
}
