package dev.elastigres.controller;

import dev.elastigres.controller.ClusterPlan.PlannedPod;
import dev.elastigres.controller.admission.PodHistory;
import dev.elastigres.controller.admission.PredecessorList;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.status.PodState;
import dev.elastigres.kubernetes.status.QuantityFormat;
import dev.elastigres.kubernetes.targets.ObjectName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Computes the status of PostgresAutoscalers from the reports of the agents.
final class AutoscalerStatuses {
    /// Maximum number of pods that an object lists. The summary counts all of them.
    static final int MAX_INSTANCES = 100;

    private AutoscalerStatuses() {}

    /// Returns the status that the object should have.
    ///
    /// @param plan the plans and reports
    /// @param history pods that are gone
    /// @param now time of a condition that changes
    static PostgresAutoscalerStatus of(
            PostgresAutoscaler object, ClusterPlan plan, PodHistory history, Instant now) {
        List<InstanceStatus> instances =
                plan.podsOf(name(object)).stream()
                        .sorted(Comparator.comparing(it -> it.pod().name()))
                        .map(it -> instance(it, plan.report(it)))
                        .toList();
        Optional<PostgresAutoscalerStatus> written = object.written();
        PostgresAutoscalerStatus summary =
                StatusSummary.of(instances, object.getMetadata().getGeneration(), written, now);
        var status =
                new PostgresAutoscalerStatus(
                        summary.observedGeneration(),
                        summary.pods(),
                        summary.size(),
                        summary.goal(),
                        summary.state(),
                        summary.why(),
                        summary.conditions(),
                        instances.subList(0, Math.min(MAX_INSTANCES, instances.size())));
        Set<String> names =
                instances.stream().map(it -> String.valueOf(it.name())).collect(Collectors.toSet());
        return PredecessorList.added(status, object, names, history, now);
    }

    static ObjectName name(PostgresAutoscaler object) {
        return new ObjectName(object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    private static InstanceStatus instance(PlannedPod pod, Optional<PodReport> report) {
        return report.map(
                        it ->
                                new InstanceStatus(
                                        pod.pod().name(),
                                        pod.node(),
                                        it.cpu(),
                                        it.memory(),
                                        it.goalCpu(),
                                        it.goalMemory(),
                                        it.state(),
                                        it.why()))
                .orElseGet(
                        () ->
                                new InstanceStatus(
                                        pod.pod().name(),
                                        pod.node(),
                                        QuantityFormat.UNKNOWN,
                                        QuantityFormat.UNKNOWN,
                                        QuantityFormat.UNKNOWN,
                                        QuantityFormat.UNKNOWN,
                                        PodState.AWAITING_AGENT.word(),
                                        "the agent of its node has not reported it"));
    }
}
