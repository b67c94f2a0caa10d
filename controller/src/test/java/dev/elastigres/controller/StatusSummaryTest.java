package dev.elastigres.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.StatusCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusSummaryTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00.5Z");

    @Test
    void theOrderOfEntriesDoesNotMatter() {
        InstanceStatus a = instance("a", "500m", "2Gi", "Settled");
        InstanceStatus b = instance("b", "1", "4Gi", "NotPermitted");
        InstanceStatus c = instance("c", "2", "512Mi", "Resizing");
        PostgresAutoscalerStatus status = of(List.of(a, b, c));
        assertThat(of(List.of(c, b, a))).isEqualTo(status);
        assertThat(status.pods()).isEqualTo(3);
        assertThat(status.size()).isEqualTo("2/512Mi to 1/4Gi");
        assertThat(status.state()).isEqualTo("NotPermitted");
        assertThat(status.why()).isEqualTo("b: because");
        assertThat(status.instances()).isNull();
        assertThat(condition(status, "Ready").status()).isEqualTo("True");
        assertThat(condition(status, "Limited"))
                .isEqualTo(
                        new StatusCondition(
                                "Limited",
                                "True",
                                7L,
                                "2026-01-02T00:00:00Z",
                                "NotPermitted",
                                "b: because"));
    }

    @Test
    void aConditionThatStaysKeepsItsTime() {
        InstanceStatus a = instance("a", "1", "4Gi", "Settled");
        PostgresAutoscalerStatus before = StatusSummary.of(List.of(a), 7L, Optional.empty(), THEN);
        PostgresAutoscalerStatus same = StatusSummary.of(List.of(a), 7L, Optional.of(before), NOW);
        assertThat(same).isEqualTo(before);
        PostgresAutoscalerStatus limited =
                StatusSummary.of(
                        List.of(instance("a", "1", "4Gi", "AtMaximum")),
                        7L,
                        Optional.of(before),
                        NOW);
        assertThat(condition(limited, "Limited").lastTransitionTime())
                .isEqualTo("2026-01-02T00:00:00Z");
        assertThat(condition(limited, "Ready").lastTransitionTime())
                .isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void podsThatAreNotScaledAreNamed() {
        List<InstanceStatus> many =
                IntStream.range(0, 5)
                        .mapToObj(i -> instance("pg-" + i, "-", "-", "Starting"))
                        .toList();
        PostgresAutoscalerStatus status = of(many);
        assertThat(status.size()).isEqualTo("-");
        StatusCondition ready = condition(status, "Ready");
        assertThat(ready.status()).isEqualTo("False");
        assertThat(ready.reason()).isEqualTo("Starting");
        assertThat(ready.message()).isEqualTo("pg-0, pg-1, pg-2, 2 more: because");
    }

    /// A pod that keeps memory because of page cache is ready and not limited, but oversized.
    @Test
    void pageCacheHasAConditionOfItsOwn() {
        PostgresAutoscalerStatus status =
                of(
                        List.of(
                                instance("a", "1", "4Gi", "Settled"),
                                instance("b", "1", "2Gi", "HeldByPageCache")));
        assertThat(status.state()).isEqualTo("HeldByPageCache");
        assertThat(condition(status, "Oversized").status()).isEqualTo("True");
        assertThat(condition(status, "Oversized").reason()).isEqualTo("HeldByPageCache");
        assertThat(condition(status, "Oversized").message()).isEqualTo("b: because");
        assertThat(condition(status, "Ready").status()).isEqualTo("True");
        assertThat(condition(status, "Limited").status()).isEqualTo("False");
    }

    /// The states of pods that are not scaled until a user changes something, and others.
    @ParameterizedTest
    @CsvSource({
        "Conflict, False, True, True",
        "OtherAutoscaler, False, True, True",
        "Invalid, False, True, False",
        "NoContainer, False, True, False",
        "NoLimits, False, True, False",
        "GuaranteedPod, False, True, False",
        "RestartsOnResize, False, True, False",
        "Starting, False, False, False",
        "NoMonitor, False, False, False",
        "MonitorFailing, False, False, False",
        "QuotaExceeded, True, False, False",
        "Resizing, True, False, False",
        "Settled, True, False, False"
    })
    void aStateHasItsConditions(String state, String ready, String stalled, String conflict) {
        PostgresAutoscalerStatus status = of(List.of(instance("a", "1", "4Gi", state)));
        assertThat(condition(status, "Ready").status()).isEqualTo(ready);
        assertThat(condition(status, "Stalled").status()).isEqualTo(stalled);
        assertThat(condition(status, "Conflict").status()).isEqualTo(conflict);
        assertThat(status.conditions())
                .allSatisfy(
                        it -> {
                            assertThat(it.observedGeneration()).isEqualTo(7);
                            assertThat(it.reason()).isNotEmpty();
                            assertThat(it.message()).isNotEmpty();
                            assertThat(it.lastTransitionTime()).isNotEmpty();
                        });
    }

    @Test
    void anObjectWithoutPodsIsNotStalled() {
        PostgresAutoscalerStatus status = of(List.of());
        assertThat(condition(status, "Ready").reason()).isEqualTo("NoPods");
        assertThat(condition(status, "Stalled").status()).isEqualTo("False");
    }

    @Test
    void passesOnStateOfAnotherVersion() {
        PostgresAutoscalerStatus status = of(List.of(instance("a", "1", "4Gi", "Dreaming")));
        assertThat(status.state()).isEqualTo("Dreaming");
        assertThat(condition(status, "Ready").status()).isEqualTo("True");
    }

    @Test
    void entriesOfOthersMayBeOdd() {
        var odd = new InstanceStatus("a", null, null, "much", null, null, null, null);
        assertThat(of(List.of(odd)).size()).isEqualTo("-");
    }

    private static PostgresAutoscalerStatus of(List<InstanceStatus> instances) {
        return StatusSummary.of(instances, 7L, Optional.empty(), NOW);
    }

    private static InstanceStatus instance(String name, String cpu, String memory, String state) {
        return new InstanceStatus(name, "one", cpu, memory, cpu, memory, state, "because");
    }

    private static StatusCondition condition(PostgresAutoscalerStatus status, String type) {
        List<StatusCondition> all = status.conditions() == null ? List.of() : status.conditions();
        return all.stream().filter(it -> type.equals(it.type())).findFirst().orElseThrow();
    }
}
