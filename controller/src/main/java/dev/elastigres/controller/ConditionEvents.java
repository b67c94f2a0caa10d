package dev.elastigres.controller;

import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.StatusCondition;
import dev.elastigres.kubernetes.events.EventReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Computes the events of a PostgresAutoscaler from a change of its conditions.
final class ConditionEvents {
    private ConditionEvents() {}

    /// An event of the object.
    ///
    /// @param note one readable clause
    record ConditionEvent(EventReason reason, String note) {}

    /// Returns the events of a change.
    ///
    /// @param before the status before; empty if there was none
    static List<ConditionEvent> of(
            Optional<PostgresAutoscalerStatus> before, PostgresAutoscalerStatus after) {
        var events = new ArrayList<ConditionEvent>();
        begun("Stalled", before, after)
                .ifPresent(it -> events.add(new ConditionEvent(EventReason.STALLED, it)));
        begun("Limited", before, after)
                .ifPresent(it -> events.add(new ConditionEvent(EventReason.LIMITED, it)));
        boolean wasBad = before.filter(ConditionEvents::isBad).isPresent();
        if (wasBad && !isBad(after) && isTrue("Ready", after))
            events.add(
                    new ConditionEvent(
                            EventReason.RECOVERED, "all its pods are scaled, and none is limited"));
        return events;
    }

    private static boolean isBad(PostgresAutoscalerStatus status) {
        return isTrue("Stalled", status) || isTrue("Limited", status);
    }

    /// Returns the reason and message of a condition that has become true, or is true for another
    /// reason.
    private static Optional<String> begun(
            String type,
            Optional<PostgresAutoscalerStatus> before,
            PostgresAutoscalerStatus after) {
        Optional<String> reason = reasonIfTrue(type, before);
        Optional<StatusCondition> now = condition(type, Optional.of(after));
        if (!isTrue(type, after) || now.map(StatusCondition::reason).equals(reason))
            return Optional.empty();
        return now.map(it -> it.reason() + ": " + it.message());
    }

    private static Optional<String> reasonIfTrue(
            String type, Optional<PostgresAutoscalerStatus> status) {
        return status.filter(it -> isTrue(type, it))
                .flatMap(it -> condition(type, Optional.of(it)))
                .map(StatusCondition::reason);
    }

    private static boolean isTrue(String type, PostgresAutoscalerStatus status) {
        return condition(type, Optional.of(status))
                .filter(it -> "True".equals(it.status()))
                .isPresent();
    }

    private static Optional<StatusCondition> condition(
            String type, Optional<PostgresAutoscalerStatus> status) {
        return status.flatMap(it -> Optional.ofNullable(it.conditions())).stream()
                .flatMap(List::stream)
                .filter(it -> type.equals(it.type()))
                .findFirst();
    }
}
