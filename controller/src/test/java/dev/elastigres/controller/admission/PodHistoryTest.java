package dev.elastigres.controller.admission;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tests the history and what of it is in the status of objects.
class PodHistoryTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final String OWNER =
            "ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: pg, uid: s, controller:"
                    + " true}]";

    private final SetClock clock = new SetClock();
    private PodHistory history = new PodHistory(clock);
    private final Map<String, Pod> pods = new HashMap<>();

    private static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-11-29T12:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private Pod create(String name, String uid) {
        Pod pod =
                YAML.unmarshal(
                        """
                        metadata: {name: %s, uid: %s, namespace: default, labels: {app: pg}, %s}
                        spec: {containers: [{name: postgres, resources: {limits: {memory: 10Gi}}}]}
                        status: {phase: Running}
                        """
                                .formatted(name, uid, OWNER),
                        Pod.class);
        pods.put(name, pod);
        history.podChanged(pod, true);
        return pod;
    }

    private static Pod killed(String memory) {
        return YAML.unmarshal(
                """
                metadata: {name: pg-0, uid: a, namespace: default, labels: {app: pg}, %s}
                spec: {containers: [{name: postgres, resources: {limits: {memory: %s}}}]}
                status:
                  containerStatuses:
                  - name: postgres
                    lastState: {terminated: {reason: OOMKilled, exitCode: 137, finishedAt: "2026-11-29T11:00:00Z"}}
                """
                        .formatted(OWNER, memory),
                Pod.class);
    }

    private void delete(String name) {
        history.podChanged(requireNonNull(pods.remove(name)), false);
    }

    private void report(String name, String uid, String sizes) {
        history.planChanged(
                YAML.unmarshal(
                        """
                        metadata: {name: n}
                        status: {pods: [{namespace: default, name: %s, uid: %s, %s}]}
                        """
                                .formatted(name, uid, sizes),
                        NodePlan.class),
                (_, it) -> Optional.ofNullable(pods.get(it)));
    }

    private Predecessor only() {
        List<Predecessor> all = history.in("default", "postgres");
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @Test
    void aDeletedPodIsKeptForADay() {
        create("pg-0", "a");
        report("pg-0", "a", "cpu: '2', memory: 4Gi, goalCpu: '2', goalMemory: 4Gi, state: Settled");
        assertThat(only().endedAt()).isEmpty();
        delete("pg-0");
        // Its agent has not noticed yet.
        report("pg-0", "a", "cpu: '3', memory: 4Gi, goalCpu: '3', goalMemory: 4Gi, state: Settled");
        assertThat(only().endedAt()).contains(clock.now);
        assertThat(only().size()).contains(NewPods.size(3, 4));
        assertThat(only().workload().name()).isEqualTo("StatefulSet/pg");
        clock.now = clock.now.plus(Duration.ofDays(2));
        history.clean();
        assertThat(history.in("default", "postgres")).isEmpty();
    }

    @Test
    void aNewPodOfTheSameNameReplacesItOnlyOnceItsSizeIsKnown() {
        create("pg-0", "a");
        report("pg-0", "a", "cpu: '2', memory: 4Gi, goalCpu: '2', goalMemory: 4Gi, state: Settled");
        delete("pg-0");
        create("pg-0", "b");
        report(
                "pg-0",
                "b",
                "cpu: '-', memory: '-', goalCpu: '-', goalMemory: '-', state: Starting");
        assertThat(only().size()).contains(NewPods.size(2, 4));
        report("pg-0", "b", "cpu: '1', memory: 1Gi, goalCpu: '1', goalMemory: 1Gi, state: Settled");
        assertThat(only().size()).contains(NewPods.size(1, 1));
        assertThat(only().endedAt()).isEmpty();
    }

    @Test
    void theMemoryOfAnOomKillIsThatAtWhichItWasFirstSeen() {
        create("pg-0", "a");
        Pod killed = killed("10Gi");
        history.podChanged(killed, true);
        assertThat(only().kill().orElseThrow().memory()).isEqualTo(Bytes.ofGibibytes(10));
        Pod raised = killed("12Gi");
        history.podChanged(raised, true);
        assertThat(only().kill().orElseThrow().memory()).isEqualTo(Bytes.ofGibibytes(10));
        pods.put("pg-0", raised);
        delete("pg-0");
        assertThat(only().kill()).isPresent();
    }

    @Test
    void theHistoryIsBounded() {
        history = new PodHistory(clock, 50);
        for (int i = 0; i < 200; i++) {
            String name = "pg-" + i;
            create(name, "u" + i);
            report(name, "u" + i, "cpu: '1', memory: 1Gi, goalCpu: '1', goalMemory: 1Gi");
            clock.now = clock.now.plusMillis(1);
            delete(name);
            assertThat(history.in("default", "postgres"))
                    .hasSizeLessThanOrEqualTo(50)
                    .anyMatch(it -> it.name().equals(name));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Settled, 2, 4",
        "Deferred, 4, 8",
        "AtMaximum, 4, 8",
        "OfALaterRelease, 4, 8",
        "QuotaExceeded, 2, 4",
        "NotPermitted, 2, 4",
    })
    void whatAPodNeedsIsItsGoalUnlessARuleRejectsIt(String state, double cpus, long memory) {
        create("pg-0", "a");
        String goal =
                state.equals("Settled")
                        ? "goalCpu: '2', goalMemory: 4Gi"
                        : "goalCpu: '4', goalMemory: 8Gi";
        report("pg-0", "a", "cpu: '2', memory: 4Gi, %s, state: %s".formatted(goal, state));
        assertThat(only().size()).contains(NewPods.size(cpus, memory));
    }

    @Test
    void aPodThatMayNotShrinkYetNeedsWhatItHas() {
        create("pg-0", "a");
        report(
                "pg-0",
                "a",
                "cpu: '4', memory: 8Gi, goalCpu: '1', goalMemory: 1Gi, state: CoolingDown");
        assertThat(only().size()).contains(NewPods.size(4, 8));
    }

    // ---- the list in the status

    private static PostgresAutoscalerStatus status(String text) {
        return NewPods.autoscaler("metadata: {name: pg, namespace: default}\nstatus: " + text)
                .written()
                .orElseThrow();
    }

    private static PostgresAutoscaler object(String status) {
        return NewPods.autoscaler(
                "metadata: {name: pg, namespace: default}\nspec: {target: {selector: {matchLabels: {app:"
                        + " pg}}}, max: 4}\nstatus: "
                        + status);
    }

    @Test
    void theListHasDeletedPodsOfTheObjectAndStaysTheSameAfterwards() {
        create("pg-0", "a");
        report("pg-0", "a", "cpu: '2', memory: 4Gi, goalCpu: '2', goalMemory: 4Gi, state: Settled");
        delete("pg-0");
        PostgresAutoscalerStatus written =
                PredecessorList.added(
                        status("{instances: []}"),
                        object(
                                "{instances: [{name: pg-0, cpu: '2', memory: 4Gi, goalCpu: '2', goalMemory: 4Gi}]}"),
                        Set.of(),
                        history,
                        clock.now);
        assertThat(written.allPredecessors())
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.name()).isEqualTo("pg-0");
                            assertThat(it.workload()).isEqualTo("StatefulSet/pg");
                            assertThat(it.cpu() + "/" + it.memory()).isEqualTo("2/4096Mi");
                            assertThat(it.endedAt()).isEqualTo("2026-11-29T12:00:00Z");
                        });
        PostgresAutoscaler later = object("{instances: []}");
        later.setStatus(written);
        clock.now = clock.now.plusSeconds(30);
        // Another controller has seen the end a little later, and a new one has not seen it at all.
        for (PodHistory each : List.of(history, new PodHistory(clock)))
            assertThat(
                            PredecessorList.added(
                                    status("{instances: []}"), later, Set.of(), each, clock.now))
                    .isEqualTo(written);
    }

    @Test
    void aControllerThatWasAwayTakesTheSizeFromTheWrittenInstance() {
        PostgresAutoscalerStatus written =
                PredecessorList.added(
                        status("{instances: [{name: pg-1, cpu: '-', memory: '-'}]}"),
                        object(
                                "{instances: [{name: pg-0, cpu: '2', memory: 4Gi}, {name: pg-1, cpu: '3',"
                                        + " memory: 4Gi}, {name: pg-2, cpu: '3', memory: 4Gi}]}"),
                        Set.of("pg-1", "pg-2"),
                        history,
                        clock.now);
        assertThat(written.allPredecessors())
                .extracting(it -> it.name())
                .containsExactly("pg-0", "pg-1");
    }

    @Test
    void entriesEndAfterADayOrWhenThePodIsBack() {
        String entry = "{name: pg-0, cpu: '2', memory: 4Gi, endedAt: '2026-11-29T11:00:00Z'}";
        PostgresAutoscaler object = object("{predecessors: [" + entry + "]}");
        assertThat(
                        PredecessorList.added(
                                        status(
                                                "{instances: [{name: pg-0, cpu: '1', memory: 1Gi}]}"),
                                        object,
                                        Set.of("pg-0"),
                                        history,
                                        clock.now)
                                .predecessors())
                .as("an empty list replaces the written one")
                .isEmpty();
        assertThat(
                        PredecessorList.added(
                                        status("{instances: []}"),
                                        object,
                                        Set.of(),
                                        history,
                                        clock.now.plus(Duration.ofHours(24)))
                                .predecessors())
                .isEmpty();
        assertThat(
                        PredecessorList.added(
                                        status("{instances: []}"),
                                        object("{pods: 0}"),
                                        Set.of(),
                                        history,
                                        clock.now)
                                .predecessors())
                .as("nothing is written for objects without deleted pods")
                .isNull();
    }
}
