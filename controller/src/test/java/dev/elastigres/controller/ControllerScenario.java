package dev.elastigres.controller;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.elastigres.controller.admission.PodHistory;
import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.api.NodePlanStatus;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.StatusCondition;
import dev.elastigres.kubernetes.targets.ObjectName;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Runs the commands of a scenario of the controller's decisions:
///
/// - `object NAMESPACE/NAME SPEC`: creates or changes a PostgresAutoscaler; SPEC is YAML in one
/// line
/// - `pod NAMESPACE/NAME NODE UID METADATA`: creates or changes a pod; `-` is no node
/// - `phase NAMESPACE/NAME PHASE`: changes the phase of a pod
/// - `delete object|pod NAMESPACE/NAME`
/// - `report NODE NAMESPACE/NAME UID SIZE GOAL STATE WHY`: the node's agent reports a pod
/// - `silence NODE`: the plan of the node has no status
/// - `status NAMESPACE/NAME`: writes the status and shows it, with its events
///
/// A change shows the plans that it changes, a report the objects whose status it may change.
final class ControllerScenario {
    private static final KubernetesSerialization READER = new KubernetesSerialization();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Map<String, PostgresAutoscaler> objects = new TreeMap<>();
    private final Map<String, Pod> pods = new TreeMap<>();
    private final Map<String, TreeMap<String, PodReport>> reports = new HashMap<>();
    private final ClusterPlan plan = new ClusterPlan();

    /// The plans as they were written last.
    private final Map<String, NodePlanSpec> written = new HashMap<>();

    /// Returns the results of the command.
    List<String> play(String line) {
        String[] words = line.split(" +", 3);
        String rest = words.length > 2 ? words[2] : "";
        return switch (words[0]) {
            case "object" -> object(words[1], rest);
            case "pod" -> pod(words[1], rest);
            case "phase" -> phase(words[1], rest);
            case "delete" -> delete(words[1], rest);
            case "report" -> report(words[1], rest);
            case "silence" -> silence(words[1]);
            case "status" -> status(words[1]);
            default -> throw new IllegalArgumentException(line);
        };
    }

    private List<String> object(String name, String spec) {
        PostgresAutoscaler before = objects.get(name);
        long generation = before == null ? 1 : before.getMetadata().getGeneration() + 1;
        var object =
                READER.unmarshal(
                        "metadata: {namespace: %s, name: %s, uid: %s, generation: %d}\nspec: %s"
                                .formatted(namespace(name), last(name), name, generation, spec),
                        PostgresAutoscaler.class);
        if (before != null) before.written().ifPresent(object::setStatus);
        objects.put(name, object);
        return replan(namespace(name));
    }

    private List<String> pod(String name, String rest) {
        String[] words = rest.split(" +", 3);
        String node = words[0].equals("-") ? "null" : words[0];
        String metadata = words.length > 2 ? ", " + words[2] : "";
        pods.put(
                name,
                TrimmedObjects.pod(
                        READER.unmarshal(
                                "metadata: {namespace: %s, name: %s, uid: %s%s}\nspec: {nodeName: %s}"
                                        .formatted(
                                                namespace(name),
                                                last(name),
                                                words[1],
                                                metadata,
                                                node),
                                Pod.class)));
        return replan(namespace(name));
    }

    private List<String> phase(String name, String phase) {
        requireNonNull(pods.get(name)).getStatus().setPhase(phase);
        return replan(namespace(name));
    }

    private List<String> delete(String what, String name) {
        if (what.equals("object")) objects.remove(name);
        else pods.remove(name);
        return replan(namespace(name));
    }

    private List<String> replan(String namespace) {
        Set<String> nodes =
                plan.replan(
                        namespace,
                        objects.values().stream()
                                .filter(it -> namespace.equals(it.getMetadata().getNamespace()))
                                .toList(),
                        pods.values().stream()
                                .filter(it -> namespace.equals(it.getMetadata().getNamespace()))
                                .toList());
        var shown = new ArrayList<String>();
        for (String node : new TreeSet<>(nodes)) {
            NodePlanSpec now = plan.plan(node);
            if (now.equals(written.put(node, now))) continue;
            String targets =
                    now.allTargets().stream().map(ControllerScenario::text).collect(joining("; "));
            shown.add("plan %s: %s".formatted(node, targets.isEmpty() ? "no targets" : targets));
        }
        return shown.isEmpty() ? List.of("no plan changes") : shown;
    }

    private static String text(PlanTarget target) {
        return "%s/%s (max %d): %s"
                .formatted(
                        target.namespace(),
                        target.name(),
                        requireNonNull(target.spec()).max(),
                        target.allPods().stream()
                                .map(it -> it.name() + " " + it.uid())
                                .collect(joining(", ")));
    }

    private List<String> report(String node, String rest) {
        String[] words = rest.split(" +", 6);
        String[] size = words[2].split("/", -1);
        String[] goal = words[3].split("/", -1);
        var report =
                new PodReport(
                        namespace(words[0]),
                        last(words[0]),
                        words[1],
                        size[0],
                        size[1],
                        goal[0],
                        goal[1],
                        words[4],
                        words[5]);
        reports.computeIfAbsent(node, _ -> new TreeMap<>()).put(words[0], report);
        return reported(node);
    }

    private List<String> silence(String node) {
        reports.remove(node);
        return reported(node);
    }

    private List<String> reported(String node) {
        var its = reports.get(node);
        Set<ObjectName> touched =
                plan.report(
                        node,
                        Optional.ofNullable(its)
                                .map(
                                        it ->
                                                new NodePlanStatus(
                                                        1L, null, null, List.copyOf(it.values()))));
        return List.of(
                touched.isEmpty()
                        ? "no status changes"
                        : "may change: "
                                + touched.stream()
                                        .map(ObjectName::toString)
                                        .sorted()
                                        .collect(joining(", ")));
    }

    private List<String> status(String name) {
        PostgresAutoscaler object = requireNonNull(objects.get(name));
        var before = object.written();
        PostgresAutoscalerStatus status =
                AutoscalerStatuses.of(object, plan, new PodHistory(Clock.systemUTC()), NOW);
        if (before.equals(Optional.of(status))) return List.of("unchanged");
        object.setStatus(status);
        var lines = new ArrayList<String>();
        lines.add(
                "%d pods, %s, goal %s, %s: %s"
                        .formatted(
                                status.pods(),
                                status.size(),
                                status.goal(),
                                status.state(),
                                status.why()));
        lines.add(
                requireNonNull(status.conditions()).stream()
                        .map(ControllerScenario::text)
                        .collect(joining(", ")));
        for (InstanceStatus each : requireNonNull(status.instances()))
            lines.add("%s on %s: %s".formatted(each.name(), each.node(), each.state()));
        ConditionEvents.of(before, status)
                .forEach(it -> lines.add("event %s: %s".formatted(it.reason().word(), it.note())));
        return lines;
    }

    private static String text(StatusCondition condition) {
        return "%s=%s %s".formatted(condition.type(), condition.status(), condition.reason());
    }

    private static String namespace(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    private static String last(String name) {
        return name.substring(name.indexOf('/') + 1);
    }
}
