package dev.elastigres.kubernetes.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.kubernetes.ControlPlaneFixture;
import dev.elastigres.kubernetes.events.EventWriter.EventReporter;
import dev.elastigres.kubernetes.targets.ExcludedPod;
import dev.elastigres.kubernetes.targets.ExcludedPod.ExclusionCause;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.kubernetes.targets.TargetSource;
import dev.elastigres.kubernetes.targets.TestScaledPods;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventWriterTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String ACCOUNT =
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: teller, namespace: default}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: teller}
            rules: [{apiGroups: [events.k8s.io], resources: [events], verbs: [create]}]
            """;
    private static final String MAY =
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: teller}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: teller}
            subjects: [{kind: ServiceAccount, name: teller, namespace: default}]
            """;

    private ControlPlane plane;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeAll
    void start() throws Exception {
        plane = ControlPlane.start(KubernetesBinaries.find().orElseThrow());
        plane.kubectl().apply(ACCOUNT);
        plane.kubectl().apply(MAY);
    }

    @AfterAll
    void stop() throws Exception {
        if (plane != null) plane.close();
    }

    @Test
    void emitsPodEventsForScaling() throws Exception {
        var pod = new PodName("default", "pg-0");
        try (KubernetesClient client = client();
                EventWriter events =
                        EventWriter.start(client, EventReporter.agent("node-one"), log())) {
            var teller = new PodEventReporter(events);
            teller.chosen(new PodSelection(Map.of(pod, chosen(pod)), Map.of(), 0));
            teller.scaled(
                    new ScalingEvent(
                            Instant.now(),
                            pod.toString(),
                            ComputeUnit.DEFAULT.times(1),
                            ComputeUnit.DEFAULT.times(4),
                            "more is needed"));
            teller.happened(
                    pod.toString(),
                    new Event.DownscaleRefused(1, 2, Optional.empty(), "it is in use"));
            teller.happened(
                    "default/other", new Event.DownscaleRefused(1, 2, Optional.empty(), "no"));
            events.report(pod, "uid-1", EventReason.DEFERRED, "the node has no room yet");
            var cause = new ExclusionCause.NoContainer("postgres");
            var left =
                    new ExcludedPod(pod, "uid-1", List.of(new TargetSource.Annotations()), cause);
            teller.chosen(new PodSelection(Map.of(), Map.of(pod, left), 0));
            teller.chosen(new PodSelection(Map.of(), Map.of(pod, left), 0));

            await("all are there", () -> list("pg-0").lines().count() == 4);
            assertThat(list("pg-0").lines())
                    .anyMatch(
                            it ->
                                    it.equals(
                                            "Normal ElastigresResized elastigres.dev/agent node-one"
                                                    + " Pod/pg-0 uid-1 has 1 CPU and 4GiB, no longer"
                                                    + " 0.25 CPUs and 1GiB: more is needed"))
                    .anyMatch(it -> it.startsWith("Normal ResizeRefused"))
                    .anyMatch(it -> it.startsWith("Warning ResizeDeferred"))
                    .anyMatch(it -> it.startsWith("Warning NotScalable"));
            assertThat(plane.kubectl().run("events", "--for=pod/pg-0"))
                    .contains("ElastigresResized", "Pod/pg-0", "has 1 CPU and 4GiB");
            assertThat(events.lost()).isZero();
        }
    }

    @Test
    void repeatsDoNotFlood() throws Exception {
        var pod = new PodName("default", "pg-1");
        try (KubernetesClient client = client();
                EventWriter events =
                        EventWriter.start(client, EventReporter.agent("node-one"), log())) {
            for (int i = 0; i < 1000; i++)
                events.report(pod, "uid-2", EventReason.NODE_FULL, "full");
            events.report(pod, "uid-2", EventReason.FAILED, "the last one");
            await("the last is there", () -> list("pg-1").contains("the last one"));
            assertThat(list("pg-1").lines()).hasSize(2);
        }
    }

    @Test
    void dropsUndeliverableEventsWithoutBlocking() throws Exception {
        plane.kubectl().run("delete", "clusterrolebinding", "teller");
        var pod = new PodName("default", "pg-2");
        try (KubernetesClient client = client();
                EventWriter events =
                        EventWriter.start(client, EventReporter.agent("node-one"), log())) {
            events.report(pod, "uid-3", EventReason.FAILED, "first");
            events.report(pod, "uid-4", EventReason.FAILED, "second");
            await("both are lost", () -> events.lost() == 2);
            assertThat(log.toString(UTF_8).lines().filter(it -> it.contains("an event is lost")))
                    .singleElement()
                    .asString()
                    .contains("create events.events.k8s.io");

            // More events than the queue holds, while the API server does not answer.
            plane.freezeApiServer();
            long began = System.nanoTime();
            for (int i = 0; i < 5000; i++)
                events.report(pod, "uid-x" + i, EventReason.FAILED, "many");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIMEOUT);
            assertThat(events.lost()).isGreaterThan(4000);
            plane.thawApiServer();
        } finally {
            plane.kubectl().apply(MAY);
        }
        assertThat(list("pg-2")).isEmpty();
    }

    private static ScaledPod chosen(PodName pod) {
        var source = new TargetSource.Named("pg");
        return TestScaledPods.of(pod, "uid-1", ComputeUnit.DEFAULT, 4, ScalingMode.AUTO, source);
    }

    private KubernetesClient client() throws Exception {
        return ControlPlaneFixture.client(plane.kubeconfig("default", "teller"));
    }

    private Log log() {
        return Log.to(log, LogFormat.TEXT, LogLevel.DEBUG, Clock.systemUTC());
    }

    private String list(String pod) throws Exception {
        return plane.kubectl()
                .run(
                        "get",
                        "events.events.k8s.io",
                        "--namespace=default",
                        "--field-selector=regarding.name=" + pod,
                        "--output=jsonpath={range .items[*]}{.type} {.reason}"
                                + " {.reportingController} {.reportingInstance}"
                                + " {.regarding.kind}/{.regarding.name} {.regarding.uid}"
                                + " {.note}{\"\\n\"}{end}");
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        ControlPlaneFixture.await(what, TIMEOUT, condition, () -> log.toString(UTF_8));
    }
}
