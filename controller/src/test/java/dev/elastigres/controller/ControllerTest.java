package dev.elastigres.controller;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.controller.Leadership.LeaseIdentity;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.kubernetes.ApiClientFactory;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/// Tests the controller with the rights of the installed manifests, on a real API server. The test
/// acts as the agents: it writes the status of plans.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControllerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log = Log.to(logged, LogFormat.TEXT, LogLevel.DEBUG, Clock.systemUTC());
    private ControlPlane plane;
    private KubernetesClient admin;
    private int markers;

    @BeforeAll
    void start() throws Exception {
        plane = ControllerTestBed.startPlane();
        admin = ApiClientFactory.open(Optional.of(plane.adminKubeconfig()));
        for (String node : List.of("one", "two")) node(node);
    }

    @AfterAll
    void stop() throws Exception {
        if (admin != null) admin.close();
        if (plane != null) plane.close();
    }

    @AfterEach
    void deleteObjects() throws Exception {
        plane.kubectl().run("delete", "pga", "--all", "--namespace=default");
        plane.kubectl().run("delete", "pods", "--all", "--namespace=default", "--force");
    }

    @Test
    void aPlanIsWrittenAndItsStatusBecomesThatOfTheObject() throws Exception {
        try (Controller controller = controller("first")) {
            pod("pg-0", "one");
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("the pod awaits its agent", () -> state("pg").equals("AwaitingAgent"));
            NodePlan plan = plan("one").orElseThrow();
            PlanTarget target = plan.getSpec().allTargets().getFirst();
            assertThat(target.name()).isEqualTo("pg");
            PostgresAutoscalerSpec spec = requireNonNull(target.spec());
            assertThat(spec.max()).isEqualTo(4);
            assertThat(spec.mode()).as("a default of the API server").isEqualTo("Auto");
            assertThat(target.allPods().getFirst().uid()).isEqualTo(uid("pg-0"));
            assertThat(plan.getMetadata().getOwnerReferences())
                    .singleElement()
                    .satisfies(it -> assertThat(it.getUid()).isEqualTo(nodeUid("one")));
            report("one", "pg-0", "Settled");
            await("it is settled", () -> state("pg").equals("Settled"));
            assertThat(status("pg").size()).isEqualTo("250m/1Gi");
            assertThat(controller.isReady()).isTrue();
            assertThat(plan("two").filter(it -> !it.getSpec().allTargets().isEmpty())).isEmpty();
        }
    }

    @Test
    void aStartedControllerWritesNothingThatIsThereAlready() throws Exception {
        try (Controller _ = controller("first")) {
            pod("pg-0", "one");
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("the plan is there", () -> !targets("one").isEmpty());
            report("one", "pg-0", "Settled");
            await("it is settled", () -> state("pg").equals("Settled"));
        }
        String before = versions();
        try (Controller _ = controller("second")) {
            awaitPass();
            assertThat(versions()).isEqualTo(before);
        }
    }

    @Test
    void movedPodsAndChangedSelectorsAndDeletedObjects() throws Exception {
        try (Controller _ = controller("first")) {
            pod("pg-0", "one");
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("it is on one", () -> targets("one").size() == 1);
            plane.kubectl().run("delete", "pod", "pg-0", "--force", "--namespace=default");
            pod("pg-0", "two");
            await("it is on two", () -> targets("one").isEmpty() && targets("two").size() == 1);
            object("pg", "{target: {selector: {matchLabels: {app: other}}}, max: 4}");
            await("it is on no node", () -> targets("two").isEmpty());
            await("the object has no pods", () -> state("pg").equals("NoPods"));
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            object("also", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("both objects have it", () -> targets("two").size() == 2);
            plane.kubectl().run("delete", "pga", "also", "--namespace=default");
            await("one object has it", () -> targets("two").size() == 1);
        }
    }

    @Test
    void aRecreatedNodeGetsAPlanOfItsOwn() throws Exception {
        try (Controller _ = controller("first")) {
            node("three");
            pod("pg-0", "three");
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("the plan is there", () -> !targets("three").isEmpty());
            report("three", "pg-0", "Settled");
            await("it is settled", () -> state("pg").equals("Settled"));
            plane.kubectl().run("delete", "node", "three");
            await("the plan is deleted with its node", () -> plan("three").isEmpty());
            plane.kubectl().tryRun("", "delete", "pod", "pg-0", "--force", "--namespace=default");
            node("three");
            pod("pg-0", "three");
            await("the new node has a plan", () -> !targets("three").isEmpty());
            assertThat(plan("three").orElseThrow().getMetadata().getOwnerReferences())
                    .singleElement()
                    .satisfies(it -> assertThat(it.getUid()).isEqualTo(nodeUid("three")));
            assertThat(state("pg")).isNotEqualTo("Settled");
        }
    }

    @Test
    void anotherControllerTakesOver() throws Exception {
        try (Controller second = firstAndSecond()) {
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("the second one writes", () -> state("pg").equals("NoPods"));
            assertThat(second.isLeader()).isTrue();
        }
    }

    /// Returns the second of two controllers after the first one has ended.
    private Controller firstAndSecond() throws Exception {
        Controller first = controller("first");
        await("the first one leads", first::isLeader);
        Controller second = controller("second");
        awaitPass();
        assertThat(second.isLeader()).isFalse();
        first.close();
        return second;
    }

    /// For example after a leader was suspended longer than its Lease. Each has a Lease of its own
    /// here.
    @Test
    void twoControllersThatBothWriteAgree() throws Exception {
        plane.kubectl().tryRun("", "create", "namespace", "other-lease");
        try (Controller first = controller("first");
                Controller second =
                        Controller.start(
                                ApiClientFactory.open(Optional.of(plane.adminKubeconfig())),
                                new LeaseIdentity("other-lease", "second"),
                                ControllerTestBed.TIMING,
                                log)) {
            await("both lead", () -> first.isLeader() && second.isLeader());
            pod("pg-0", "one");
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("the plan is there", () -> !targets("one").isEmpty());
            report("one", "pg-0", "Settled");
            await("it is settled", () -> state("pg").equals("Settled"));
            awaitPass();
            String before = versions();
            awaitPass();
            awaitPass();
            assertThat(versions()).as("nothing is written back and forth").isEqualTo(before);
        }
    }

    @Test
    void anApiServerThatWasAwayIsFollowedAgain() throws Exception {
        try (Controller _ = controller("first")) {
            pod("pg-0", "one");
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("the plan is there", () -> !targets("one").isEmpty());
            plane.killApiServer();
            plane.startApiServer();
            report("one", "pg-0", "Settled");
            await("it is settled", () -> state("pg").equals("Settled"));
        }
    }

    @Test
    void whatSomebodyElseWroteIsReplaced() throws Exception {
        try (Controller _ = controller("first")) {
            pod("pg-0", "one");
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("the plan is there", () -> !targets("one").isEmpty());
            plane.kubectl()
                    .run(
                            "patch",
                            "nodeplan",
                            "one",
                            "--type=merge",
                            "-p",
                            "{\"spec\":{\"targets\":[]}}");
            await("the plan is there again", () -> !targets("one").isEmpty());
            plane.kubectl()
                    .run(
                            "patch",
                            "pga",
                            "pg",
                            "--namespace=default",
                            "--subresource=status",
                            "--type=merge",
                            "--patch={\"status\":{\"pods\":7}}");
            await(
                    "the status is right again",
                    () -> Integer.valueOf(1).equals(status("pg").pods()));
        }
    }

    @Test
    void conditionsThatBeginAndEndAreEventsOfTheObject() throws Exception {
        try (Controller _ = controller("first")) {
            pod("pg-0", "one");
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await("the plan is there", () -> !targets("one").isEmpty());
            report("one", "pg-0", "NoLimits");
            await("it is stalled", () -> events().contains("Stalled NoLimits: pg-0: its why"));
            report("one", "pg-0", "Settled");
            await("it has recovered", () -> events().contains("Recovered all its pods are scaled"));
        }
    }

    @Test
    void aMissingRightIsReportedUntilItIsGranted() throws Exception {
        String role =
                plane.kubectl().run("get", "clusterrole", "elastigres-controller", "-o", "yaml");
        try (Controller controller = controller("first")) {
            awaitPass();
            plane.kubectl()
                    .apply(
                            role.replace("- nodeplans", "- none")
                                    .replaceAll(
                                            "(?m)^  (resourceVersion|uid|creationTimestamp|managedFields):.*\n",
                                            ""));
            pod("pg-0", "two");
            object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
            await(
                    "it is reported",
                    () -> controller.notes().toString().contains("create and patch nodeplans"));
            assertThat(controller.isReady()).isFalse();
            plane.kubectl().apply(Files.readString(ControllerTestBed.MANIFESTS));
            await("the plan is there", () -> !targets("two").isEmpty());
            await("it is ready", controller::isReady);
        } finally {
            plane.kubectl().apply(Files.readString(ControllerTestBed.MANIFESTS));
        }
    }

    // ---- helpers

    private Controller controller(String holder) throws Exception {
        KubernetesClient client =
                ApiClientFactory.open(
                        Optional.of(
                                plane.kubeconfig(
                                        ControllerTestBed.NAMESPACE, "elastigres-controller")));
        return Controller.start(
                client,
                new LeaseIdentity(ControllerTestBed.NAMESPACE, holder),
                ControllerTestBed.TIMING,
                log);
    }

    /// Waits until the leader has handled all changes so far: it has written the status of an
    /// object that is created now.
    private void awaitPass() throws Exception {
        String marker = "marker-" + ++markers;
        object(marker, "{target: {statefulSet: none}, max: 4}");
        await("a pass", () -> state(marker).equals("NoPods"));
    }

    private void node(String name) throws Exception {
        plane.kubectl().apply("{apiVersion: v1, kind: Node, metadata: {name: %s}}".formatted(name));
    }

    private String nodeUid(String name) {
        return admin.nodes().withName(name).require().getMetadata().getUid();
    }

    private void object(String name, String spec) throws Exception {
        plane.kubectl()
                .apply(
                        """
                        apiVersion: elastigres.dev/v1alpha1
                        kind: PostgresAutoscaler
                        metadata: {name: %s, namespace: default}
                        spec: %s
                        """
                                .formatted(name, spec));
    }

    private void pod(String name, String node) throws Exception {
        plane.kubectl()
                .apply(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s, namespace: default, labels: {app: pg}}
                        spec:
                          nodeName: %s
                          tolerations: [{operator: Exists}]
                          containers: [{name: postgres, image: none, resources: {limits: {cpu: 250m, memory: 1Gi}}}]
                        """
                                .formatted(name, node));
    }

    private String uid(String pod) {
        return admin.pods().inNamespace("default").withName(pod).require().getMetadata().getUid();
    }

    /// Writes the status of a plan as the agent of the node does.
    private void report(String node, String pod, String state) throws Exception {
        plane.kubectl()
                .run(
                        "patch",
                        "nodeplan",
                        node,
                        "--subresource=status",
                        "--type=merge",
                        "--patch",
                        """
                        {"status": {"observedGeneration": 1, "pods": [{"namespace": "default", "name": "%s", "uid": "%s",
                          "cpu": "250m", "memory": "1Gi", "goalCpu": "250m", "goalMemory": "1Gi",
                          "state": "%s", "why": "its why"}]}}
                        """
                                .formatted(pod, uid(pod), state));
    }

    private Optional<NodePlan> plan(String node) {
        return Optional.ofNullable(admin.resources(NodePlan.class).withName(node).get());
    }

    private List<PlanTarget> targets(String node) {
        return plan(node).flatMap(NodePlan::findSpec).map(it -> it.allTargets()).orElse(List.of());
    }

    private PostgresAutoscaler get(String name) {
        return admin.resources(PostgresAutoscaler.class)
                .inNamespace("default")
                .withName(name)
                .require();
    }

    private PostgresAutoscalerStatus status(String name) {
        return get(name).written().orElseThrow();
    }

    private String state(String name) {
        return get(name).written().map(PostgresAutoscalerStatus::state).orElse("none");
    }

    private String versions() {
        return get("pg").getMetadata().getResourceVersion()
                + " "
                + plan("one").orElseThrow().getMetadata().getResourceVersion();
    }

    private String events() throws Exception {
        return plane.kubectl()
                .run(
                        "get",
                        "events.events.k8s.io",
                        "--namespace=default",
                        "--output=jsonpath={range .items[?(@.regarding.kind==\"PostgresAutoscaler\")]}{.reason} {.note}{\"\\n\"}{end}");
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        ControllerTestBed.await(what, condition, TIMEOUT, logged);
    }
}
