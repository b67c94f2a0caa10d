package dev.elastigres.kubernetes.status;

import static dev.elastigres.kubernetes.status.TestVms.byLoad;
import static dev.elastigres.kubernetes.status.TestVms.settled;
import static dev.elastigres.kubernetes.status.TestVms.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.kubernetes.ControlPlaneFixture;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.StatusCondition;
import dev.elastigres.kubernetes.targets.ObjectName;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/// Tests agents of several nodes with a real API server, which grants them the rights of agents.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusControllerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String ACCOUNT =
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: agent, namespace: default}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: agent}
            rules:
              - {apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
              - {apiGroups: [""], resources: [nodes], verbs: [get]}
              - {apiGroups: [elastigres.dev], resources: [postgresautoscalers], verbs: [get, list, watch]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: agent}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: agent}
            subjects: [{kind: ServiceAccount, name: agent, namespace: default}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: agent-status}
            rules:
              - {apiGroups: [elastigres.dev], resources: [postgresautoscalers/status], verbs: [patch]}
            """;
    private static final String MAY_WRITE =
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: agent-status}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: agent-status}
            subjects: [{kind: ServiceAccount, name: agent, namespace: default}]
            """;

    private ControlPlane plane;
    private KubernetesClient admin;

    /// Each test has a separate namespace.
    private String namespace = "";

    @BeforeAll
    void start() throws Exception {
        plane = ControlPlane.start(KubernetesBinaries.find().orElseThrow());
        admin = ControlPlaneFixture.client(plane.adminKubeconfig());
        ControlPlaneFixture.install(plane, Path.of("../deploy/kubernetes/crd.yaml"));
        plane.kubectl().apply(ACCOUNT);
        plane.kubectl().apply(MAY_WRITE);
        for (String node : List.of("one", "two"))
            plane.kubectl()
                    .apply("{apiVersion: v1, kind: Node, metadata: {name: %s}}".formatted(node));
    }

    @AfterAll
    void stop() throws Exception {
        if (admin != null) admin.close();
        if (plane != null) plane.close();
    }

    /// The agents of the next test watch the objects of all namespaces, and would write their
    /// status, too.
    @AfterEach
    void deleteObjects() throws Exception {
        plane.kubectl().run("delete", "pga", "--all", "--namespace=" + namespace);
    }

    @BeforeEach
    void ownNamespace(TestInfo test) throws Exception {
        String name = test.getTestMethod().orElseThrow().getName();
        namespace = "t-" + Integer.toHexString(name.hashCode());
        plane.kubectl().run("create", "namespace", namespace);
    }

    @Test
    void oneObjectForPodsOfTwoNodes() throws Exception {
        object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        try (StatusTestAgent one = agent("one");
                StatusTestAgent two = agent("two")) {
            one.has(pod("pg-0", "one"), settled(name("pg-0"), 1, 0.2));
            two.has(
                    pod("pg-1", "two"),
                    view(
                            name("pg-1"),
                            2,
                            4,
                            byLoad(4, 3.1),
                            new Obstacle.ResizeInProgress(TestVms.UNIT.times(4))));
            PostgresAutoscalerStatus status =
                    await("pg", "both are there", it -> instances(it).size() == 2 && is(it, 2));

            assertThat(status.size()).isEqualTo("250m/1Gi to 500m/2Gi");
            assertThat(status.goal()).isEqualTo("250m/1Gi to 1/4Gi");
            assertThat(status.state()).isEqualTo("Resizing");
            assertThat(status.why()).startsWith("pg-1: is being made 1 CPU and 4GiB; 4 units");
            assertThat(status.observedGeneration()).isEqualTo(1);
            assertThat(condition(status, "Ready").status()).isEqualTo("True");
            assertThat(condition(status, "Limited").status()).isEqualTo("False");
            assertThat(condition(status, "Conflict").status()).isEqualTo("False");
            assertThat(owners("pg")).containsOnlyKeys("elastigres-one", "elastigres-two");
            assertThat(owners("pg").get("elastigres-one")).contains("pg-0").doesNotContain("pg-1");
            assertThat(plane.kubectl().run("get", "pga", "--namespace=" + namespace).lines())
                    .element(1)
                    .asString()
                    .matches("pg +2 +250m/1Gi to 500m/2Gi +250m/1Gi to 1/4Gi +Resizing .*");

            two.shows(settled(name("pg-1"), 4, 3.3));
            await("pg", "it is settled", it -> "Settled".equals(it.state()));
        }
    }

    @Test
    void writesNothingWhenNothingChanges() throws Exception {
        object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        try (StatusTestAgent one = agent("one", StatusTestAgent.LONG_WAITS);
                StatusTestAgent two = agent("two", StatusTestAgent.LONG_WAITS)) {
            one.has(pod("pg-0", "one"), settled(name("pg-0"), 2, 0.2));
            two.has(pod("pg-1", "two"), settled(name("pg-1"), 2, 0.2));
            await("pg", "both are there", it -> instances(it).size() == 2 && is(it, 2));
            String version = quietFor("pg", Duration.ofSeconds(7));
            long requests = changes();
            assertThat(requests).isPositive();

            long until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            int round = 0;
            while (System.nanoTime() - until < 0) {
                // The figures change in each round, and a question is pending that is answered
                // soon.
                one.shows(settled(name("pg-0"), 2, 0.2 + round % 7 * 0.01));
                two.shows(
                        view(
                                name("pg-1"),
                                2,
                                1,
                                byLoad(1, 0.1),
                                new Obstacle.AwaitingMonitor(TestVms.UNIT.times(1))));
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                two.shows(settled(name("pg-1"), 2, 0.3));
                one.choose();
                LockSupport.parkNanos(Duration.ofMillis(80).toNanos());
                round++;
            }
            assertThat(round).isGreaterThan(5);
            assertThat(get("pg").getMetadata().getResourceVersion()).isEqualTo(version);
            assertThat(changes()).isEqualTo(requests);
        }
    }

    @Test
    void restartedAgentWritesNothing() throws Exception {
        object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        try (StatusTestAgent one = agent("one")) {
            one.has(pod("pg-0", "one"), settled(name("pg-0"), 2, 0.2));
            await("pg", "it is there", it -> is(it, 1));
        }
        String version = quiet("pg");
        try (StatusTestAgent one = agent("one")) {
            one.has(pod("pg-0", "one"), settled(name("pg-0"), 2, 0.7));
            await(
                    "the agent has seen it",
                    () -> one.controller.cached(objectName("pg")).isPresent());
            assertThat(quiet("pg")).isEqualTo(version);
            one.shows(settled(name("pg-0"), 3, 0.7));
            await("pg", "it works", it -> "750m/3Gi".equals(it.size()));
        }
    }

    @Test
    void followsPodsThatAppearMoveAndDisappear() throws Exception {
        object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        try (StatusTestAgent one = agent("one");
                StatusTestAgent two = agent("two")) {
            one.has(pod("pg-0", "one"), settled(name("pg-0"), 2, 0.2));
            one.has(pod("pg-1", "one"), settled(name("pg-1"), 2, 0.2));
            await("pg", "both are there", it -> is(it, 2));

            one.lost(name("pg-1"));
            await("pg", "one is gone", it -> is(it, 1) && instances(it).size() == 1);

            // The pod starts on the other node before the first agent knows that it is gone.
            two.has(moved("pg-0", "two"), settled(name("pg-0"), 3, 0.2));
            await(
                    "pg",
                    "it has moved",
                    it ->
                            instances(it).stream()
                                    .anyMatch(
                                            each ->
                                                    "two".equals(each.node())
                                                            && "3Gi".equals(each.memory())));
            one.lost(name("pg-0"));
            await(
                    "the first has let go",
                    () -> !owners("pg").getOrDefault("elastigres-one", "").contains("pg-0"));

            two.lost(name("pg-0"));
            PostgresAutoscalerStatus empty =
                    await("pg", "none is left", it -> is(it, 0) && instances(it).isEmpty());
            assertThat(empty.state()).isEqualTo("NoPods");
            assertThat(empty.size()).isEqualTo("-");
            assertThat(condition(empty, "Ready").reason()).isEqualTo("NoPods");
            quiet("pg");
        }
    }

    @Test
    void reportsObjectWithoutPods() throws Exception {
        try (StatusTestAgent one = agent("one");
                StatusTestAgent two = agent("two")) {
            object("nobody", "{target: {statefulSet: other}, max: 4}");
            one.choose();
            two.choose();
            PostgresAutoscalerStatus status = await("nobody", "it is said", it -> is(it, 0));
            assertThat(status.state()).isEqualTo("NoPods");
            quiet("nobody");
        }
    }

    @Test
    void removesEntriesOfGonePodsOfDeadAgent() throws Exception {
        object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        plane.kubectl().apply("{apiVersion: v1, kind: Node, metadata: {name: three}}");
        Pod gone = pod("pg-1", "two");
        try (StatusTestAgent two = agent("two");
                StatusTestAgent three = agent("three")) {
            two.has(pod("pg-0", "two"), settled(name("pg-0"), 2, 0.2));
            two.has(gone, settled(name("pg-1"), 2, 0.2));
            three.has(pod("pg-2", "three"), settled(name("pg-2"), 4, 0.2));
            await("pg", "all are there", it -> is(it, 3));
        }
        // No agent of the node runs that would remove the entries.
        admin.resource(gone).delete();
        plane.kubectl().run("delete", "node", "three");
        try (StatusTestAgent one = agent("one")) {
            one.choose();
            PostgresAutoscalerStatus status =
                    await("pg", "they are gone", it -> is(it, 1) && instances(it).size() == 1);
            assertThat(instances(status).getFirst().name()).isEqualTo("pg-0");
            assertThat(status.size()).isEqualTo("500m/2Gi");
            quiet("pg");
            assertThat(one.log()).doesNotContain("not so");
        }
    }

    @Test
    void aPodThatTwoObjectsWantIsShownInBoth() throws Exception {
        object("a", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        object("b", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        try (StatusTestAgent one = agent("one")) {
            one.has(pod("pg-0", "one"), settled(name("pg-0"), 2, 0.2));
            for (String each : List.of("a", "b")) {
                PostgresAutoscalerStatus status = await(each, "it is said", it -> is(it, 1));
                assertThat(status.state()).isEqualTo("Conflict");
                assertThat(status.size()).isEqualTo("-");
                StatusCondition conflict = condition(status, "Conflict");
                assertThat(conflict.status()).isEqualTo("True");
                assertThat(conflict.message())
                        .isEqualTo(
                                "pg-0: is not scaled, because several sources select it:"
                                        + " the PostgresAutoscaler a and the PostgresAutoscaler b");
                assertThat(condition(status, "Ready").status()).isEqualTo("False");
            }
            plane.kubectl().run("delete", "pga", "b", "--namespace=" + namespace);
            one.choose();
            await("a", "it is scaled again", it -> "Settled".equals(it.state()));
        }
    }

    @Test
    void logsMissingRightOnce() throws Exception {
        object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        plane.kubectl().run("delete", "clusterrolebinding", "agent-status");
        try (StatusTestAgent one = agent("one")) {
            one.has(pod("pg-0", "one"), settled(name("pg-0"), 2, 0.2));
            await("it is said", () -> one.log().contains("a right is missing"));
            one.shows(settled(name("pg-0"), 3, 0.2));
            plane.kubectl().apply(MAY_WRITE);
            await("pg", "it is written", it -> "750m/3Gi".equals(it.size()));
            await("it is said", () -> one.log().contains("can write the status of objects again"));
            assertThat(one.log().lines().filter(it -> it.contains("a right is missing")))
                    .singleElement()
                    .asString()
                    .contains("patch postgresautoscalers/status");
        } finally {
            plane.kubectl().apply(MAY_WRITE);
        }
    }

    @Test
    void writesStatusWhenApiServerReturns() throws Exception {
        object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        Pod pod = pod("pg-0", "one");
        List<PostgresAutoscaler> objects = List.of(get("pg"));
        KubernetesClient client = ControlPlaneFixture.client(plane.kubeconfig("default", "agent"));
        plane.killApiServer();
        try (StatusTestAgent one = new StatusTestAgent(client, "one")) {
            one.choose(objects);
            one.shows(settled(name("pg-0"), 1, 0.2));
            startApiServer();
            one.has(pod, settled(name("pg-0"), 2, 0.2));
            await("pg", "it is written", it -> "500m/2Gi".equals(it.size()));

            plane.killApiServer();
            one.shows(settled(name("pg-0"), 3, 0.2));
            startApiServer();
            await("pg", "it is written again", it -> "750m/3Gi".equals(it.size()));
            quiet("pg");
        }
    }

    @Test
    void repairsStatusChangedByOthers() throws Exception {
        object("pg", "{target: {selector: {matchLabels: {app: pg}}}, max: 4}");
        try (StatusTestAgent one = agent("one")) {
            one.has(pod("pg-0", "one"), settled(name("pg-0"), 2, 0.2));
            await("pg", "it is there", it -> is(it, 1));
            plane.kubectl()
                    .run(
                            "patch",
                            "pga",
                            "pg",
                            "--namespace=" + namespace,
                            "--subresource=status",
                            "--type=merge",
                            "--patch={\"status\":{\"pods\":7}}");
            await("pg", "it is right again", it -> is(it, 1));
            quiet("pg");
        }
    }

    // ---- helpers

    private StatusTestAgent agent(String node) throws Exception {
        return agent(node, StatusTestAgent.WAITS);
    }

    private StatusTestAgent agent(String node, StatusDelays delays) throws Exception {
        return new StatusTestAgent(
                ControlPlaneFixture.client(plane.kubeconfig("default", "agent")), node, delays);
    }

    private void object(String name, String spec) throws Exception {
        plane.kubectl()
                .apply(
                        """
                        apiVersion: elastigres.dev/v1alpha1
                        kind: PostgresAutoscaler
                        metadata: {name: %s, namespace: %s}
                        spec: %s
                        """
                                .formatted(name, namespace, spec));
    }

    private PodName name(String pod) {
        return new PodName(namespace, pod);
    }

    private ObjectName objectName(String name) {
        return new ObjectName(namespace, name);
    }

    /// Creates a real pod with the status that the kubelet would write.
    private Pod pod(String name, String node) throws Exception {
        plane.kubectl()
                .apply(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s, namespace: %s, labels: {app: pg}}
                        spec:
                          nodeName: %s
                          terminationGracePeriodSeconds: 0
                          containers: [{name: postgres, image: none, resources: {limits: {cpu: 500m, memory: 2Gi}}}]
                        """
                                .formatted(name, namespace, node));
        Pod pod = admin.pods().inNamespace(namespace).withName(name).get();
        plane.kubectl()
                .run(
                        "patch",
                        "pod",
                        name,
                        "--namespace=" + namespace,
                        "--subresource=status",
                        "--type=merge",
                        "--patch",
                        """
                        {"status": {"phase": "Running", "containerStatuses": [{"name": "postgres", "image": "none",
                          "imageID": "none", "ready": true, "restartCount": 0, "containerID": "containerd://1",
                          "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}}
                        """);
        return admin.pods().inNamespace(namespace).withName(pod.getMetadata().getName()).get();
    }

    private Pod moved(String name, String node) throws Exception {
        admin.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
        await("it is gone", () -> admin.pods().inNamespace(namespace).withName(name).get() == null);
        return pod(name, node);
    }

    private PostgresAutoscaler get(String name) {
        return admin.resources(PostgresAutoscaler.class)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    private static List<InstanceStatus> instances(PostgresAutoscalerStatus status) {
        return StatusDraft.instances(Optional.of(status));
    }

    private static boolean is(PostgresAutoscalerStatus status, int pods) {
        return Integer.valueOf(pods).equals(status.pods());
    }

    private static StatusCondition condition(PostgresAutoscalerStatus status, String type) {
        List<StatusCondition> all = status.conditions() == null ? List.of() : status.conditions();
        return all.stream().filter(it -> type.equals(it.type())).findFirst().orElseThrow();
    }

    /// Returns the fields of the status that each manager owns according to the API server.
    private Map<String, String> owners(String name) {
        return get(name).getMetadata().getManagedFields().stream()
                .filter(it -> "status".equals(it.getSubresource()))
                .collect(
                        Collectors.toMap(
                                ManagedFieldsEntry::getManager,
                                it -> String.valueOf(it.getFieldsV1())));
    }

    private PostgresAutoscalerStatus await(
            String name, String what, Predicate<PostgresAutoscalerStatus> condition)
            throws Exception {
        await(what + " in " + name, () -> get(name).written().filter(condition).isPresent());
        return get(name).written().orElseThrow();
    }

    /// Starts the API server and waits until it serves the custom resource, which takes slightly
    /// longer.
    private void startApiServer() throws Exception {
        plane.startApiServer();
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!plane.kubectl().tryRun("", "get", "pga", "--namespace=" + namespace).isDone())
            assertThat(System.nanoTime() - deadline).isNegative();
    }

    /// Returns the number of requests so far to change an object of the kind, successful or not.
    private long changes() throws Exception {
        return plane.kubectl()
                .run("get", "--raw", "/metrics")
                .lines()
                .filter(it -> it.startsWith("apiserver_request_total{"))
                .filter(it -> it.contains("resource=\"postgresautoscalers\""))
                .filter(it -> it.matches(".*verb=\"(APPLY|PATCH|PUT|POST|DELETE)\".*"))
                .mapToLong(it -> Long.parseLong(it.substring(it.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Waits until the object is unchanged for longer than every delay, and returns its version.
    private String quiet(String name) throws Exception {
        return quietFor(name, Duration.ofMillis(2500));
    }

    /// Waits until the object's version is unchanged, and no request to change an object of the
    /// kind was sent, for `silence`. Returns the version.
    private String quietFor(String name, Duration silence) throws Exception {
        String[] last = {""};
        long[] requests = {0};
        long[] since = {0};
        await(
                name + " is left as it is",
                () -> {
                    String now = get(name).getMetadata().getResourceVersion();
                    long changes = changes();
                    if (!now.equals(last[0]) || changes != requests[0])
                        since[0] = System.nanoTime();
                    last[0] = now;
                    requests[0] = changes;
                    return System.nanoTime() - since[0] > silence.toNanos();
                });
        return last[0];
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        ControlPlaneFixture.await(what, TIMEOUT, condition, this::objects);
    }

    private String objects() throws Exception {
        return plane.kubectl()
                .run(
                        "get",
                        "pga",
                        "--namespace=" + namespace,
                        "--output=yaml",
                        "--show-managed-fields");
    }
}
