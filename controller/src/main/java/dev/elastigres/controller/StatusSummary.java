package dev.elastigres.controller;

import static java.util.stream.Collectors.joining;

import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.StatusCondition;
import dev.elastigres.kubernetes.status.PodState;
import dev.elastigres.kubernetes.status.QuantityFormat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Computes the summary of an object's pods. Every field is present, because a merge patch would
/// keep the earlier value of an absent one.
final class StatusSummary {
    private static final int MAX_WHY_LENGTH = 400;
    private static final int MAX_MESSAGE_LENGTH = 500;
    private static final int MAX_NAMES = 3;
    private static final String NO_PODS = "NoPods";
    private static final String NO_PODS_MESSAGE = "it selects no pod that is on a node";

    private final List<InstanceStatus> instances;
    private final @Nullable Long generation;
    private final List<StatusCondition> before;
    private final Instant now;

    private StatusSummary(
            List<InstanceStatus> instances,
            @Nullable Long generation,
            List<StatusCondition> before,
            Instant now) {
        this.instances = instances;
        this.generation = generation;
        this.before = before;
        this.now = now;
    }

    /// Returns the status without its instances.
    ///
    /// @param generation generation of the object
    /// @param written present status of the object; an unchanged condition keeps its transition
    ///     time
    static PostgresAutoscalerStatus of(
            Collection<InstanceStatus> instances,
            @Nullable Long generation,
            Optional<PostgresAutoscalerStatus> written,
            Instant now) {
        List<InstanceStatus> sorted =
                instances.stream()
                        .sorted(
                                Comparator.comparing(StatusSummary::state)
                                        .thenComparing(it -> String.valueOf(it.name())))
                        .toList();
        List<StatusCondition> before =
                written.flatMap(it -> Optional.ofNullable(it.conditions())).orElse(List.of());
        return new StatusSummary(sorted, generation, before, now).status();
    }

    private PostgresAutoscalerStatus status() {
        return new PostgresAutoscalerStatus(
                generation,
                instances.size(),
                sizes(InstanceStatus::cpu, InstanceStatus::memory),
                sizes(InstanceStatus::goalCpu, InstanceStatus::goalMemory),
                instances.isEmpty() ? NO_PODS : String.valueOf(instances.getFirst().state()),
                why(),
                conditions(),
                null);
    }

    /// Returns the conditions. Those of other writers are kept.
    private List<StatusCondition> conditions() {
        List<StatusCondition> own = List.of(ready(), stalled(), limited(), oversized(), conflict());
        Set<String> types =
                own.stream().map(it -> String.valueOf(it.type())).collect(Collectors.toSet());
        return Stream.concat(
                        own.stream(),
                        before.stream().filter(it -> !types.contains(String.valueOf(it.type()))))
                .toList();
    }

    private static String bounded(String text, int maxLength) {
        return text.length() <= maxLength ? text : text.substring(0, maxLength - 3) + "...";
    }

    private static PodState state(InstanceStatus instance) {
        return PodState.of(instance.state()).orElse(PodState.SETTLED);
    }

    /// Returns the size of the pods; if they differ, the smallest and the largest one.
    private String sizes(
            Function<InstanceStatus, @Nullable String> cpu,
            Function<InstanceStatus, @Nullable String> memory) {
        List<String> known =
                instances.stream()
                        .filter(it -> QuantityFormat.amount(memory.apply(it)).signum() > 0)
                        .sorted(
                                Comparator.comparing(
                                                (InstanceStatus it) ->
                                                        QuantityFormat.amount(memory.apply(it)))
                                        .thenComparing(it -> QuantityFormat.amount(cpu.apply(it))))
                        .map(it -> cpu.apply(it) + "/" + memory.apply(it))
                        .toList();
        if (known.isEmpty()) return QuantityFormat.UNKNOWN;
        return known.getFirst().equals(known.getLast())
                ? known.getFirst()
                : known.getFirst() + " to " + known.getLast();
    }

    private String why() {
        if (instances.isEmpty()) return NO_PODS_MESSAGE;
        InstanceStatus first = instances.getFirst();
        String why = String.valueOf(first.why());
        return bounded(instances.size() == 1 ? why : first.name() + ": " + why, MAX_WHY_LENGTH);
    }

    private StatusCondition ready() {
        if (instances.isEmpty()) return condition("Ready", false, NO_PODS, NO_PODS_MESSAGE);
        return byStates(
                "Ready",
                it -> !it.isReady(),
                false,
                "AllPods",
                instances.size() == 1 ? "its pod is scaled" : "all its pods are scaled");
    }

    /// Returns the condition that tools which wait for an object (kstatus) read as its failure.
    private StatusCondition stalled() {
        return byStates(
                "Stalled",
                PodState::isStalled,
                true,
                "NoneStalled",
                "no pod needs a change by a user");
    }

    private StatusCondition limited() {
        return byStates(
                "Limited",
                PodState::isLimited,
                true,
                "RoomForAll",
                "no pod gets less than it should have");
    }

    private StatusCondition oversized() {
        return byStates(
                "Oversized",
                PodState::isOversized,
                true,
                "NoneOversized",
                "no pod keeps more than it should have");
    }

    private StatusCondition conflict() {
        return byStates(
                "Conflict",
                PodState::isConflict,
                true,
                "NoConflict",
                "nothing else configures or scales its pods");
    }

    /// @param isMeant selects the states that give the condition the status `whenAny`
    private StatusCondition byStates(
            String type,
            Predicate<PodState> isMeant,
            boolean whenAny,
            String reason,
            String message) {
        List<InstanceStatus> some =
                instances.stream()
                        .filter(it -> PodState.of(it.state()).filter(isMeant).isPresent())
                        .toList();
        return some.isEmpty()
                ? condition(type, !whenAny, reason, message)
                : condition(type, whenAny, String.valueOf(some.getFirst().state()), message(some));
    }

    private String message(List<InstanceStatus> some) {
        String names =
                Stream.concat(
                                some.stream().limit(MAX_NAMES).map(it -> String.valueOf(it.name())),
                                some.size() > MAX_NAMES
                                        ? Stream.of((some.size() - MAX_NAMES) + " more")
                                        : Stream.empty())
                        .collect(joining(", "));
        return bounded(names + ": " + some.getFirst().why(), MAX_MESSAGE_LENGTH);
    }

    private StatusCondition condition(String type, boolean holds, String reason, String message) {
        String status = holds ? "True" : "False";
        String since =
                before.stream()
                        .filter(it -> type.equals(it.type()) && status.equals(it.status()))
                        .map(StatusCondition::lastTransitionTime)
                        .findFirst()
                        .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new StatusCondition(type, status, generation, since, reason, message);
    }
}
