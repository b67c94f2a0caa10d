package dev.elastigres.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tests on a real API server what the installed roles and policies allow.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstalledRightsTest {
    private static final Path DEPLOY = Path.of("../deploy/kubernetes");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ACCOUNT = "elastigres";
    private static final String POLICY = "elastigres-node";
    private static final Log LOG =
            Log.to(
                    OutputStream.nullOutputStream(),
                    LogFormat.TEXT,
                    LogLevel.ERROR,
                    Clock.systemUTC());

    @TempDir private Path folder;
    private ControlPlane plane;

    @BeforeAll
    void start() throws Exception {
        plane = ControlPlane.start(KubernetesBinaries.find().orElseThrow());
        plane.startControllers();
        plane.kubectl().run("create", "namespace", ACCOUNT);
        upgradeDefinition();
        plane.kubectl().apply(Files.readString(DEPLOY.resolve("elastigres.yaml")));
        for (String role : new String[] {"view", "edit", "admin"})
            plane.kubectl()
                    .run(
                            "create",
                            "rolebinding",
                            role,
                            "--namespace=default",
                            "--clusterrole=" + role,
                            "--user=" + role);
        for (String node : new String[] {"node-1", "node-2"}) {
            plane.kubectl()
                    .apply("{apiVersion: v1, kind: Node, metadata: {name: %s}}".formatted(node));
            plane.kubectl().apply(pod(ACCOUNT, "agent-" + node, node, ACCOUNT));
            plane.kubectl().apply(pod("default", "pg-" + node, node, "default"));
        }
    }

    /// Helm creates the definition as its own, so only a forced apply replaces its fields.
    private void upgradeDefinition() throws Exception {
        String definition = Files.readString(DEPLOY.resolve("crd.yaml"));
        String before = definition.replace("description: The reason", "description: Older");
        assertThat(before).isNotEqualTo(definition);
        var created = plane.kubectl().tryRun(before, "create", "--field-manager=helm", "-f", "-");
        assertThat(created.errors()).isEmpty();
        var refused = plane.kubectl().tryRun(definition, "apply", "--server-side", "-f", "-");
        assertThat(refused.errors()).contains("conflict with \"helm\"");
        plane.kubectl().apply(definition);
        plane.awaitDefinitions();
    }

    @AfterAll
    void stop() throws Exception {
        if (plane != null) plane.close();
    }

    @ParameterizedTest
    @CsvSource({
        "view,  list,   postgresautoscalers,              yes",
        "view,  get,    postgresautoscalers/status,       yes",
        "view,  create, postgresautoscalers,              no",
        "edit,  list,   postgresautoscalers,              yes",
        "edit,  create, postgresautoscalers,              yes",
        "edit,  delete, postgresautoscalers,              yes",
        "edit,  patch,  postgresautoscalers/status,       no",
        "admin, patch,  postgresautoscalers,              yes",
        "admin, watch,  postgresautoscalers,              yes",
        "admin, patch,  postgresautoscalers/status,       no"
    })
    void theClustersRolesIncludeTheObjects(String user, String verb, String resource, String may)
            throws Exception {
        ControlPlaneFixture.await(
                "%s may %s %s: %s".formatted(user, verb, resource, may),
                LIMIT,
                () -> can(user, verb, resource).equals(may),
                () -> can(user, verb, resource));
    }

    private String can(String user, String verb, String resource) throws Exception {
        String[] parts = resource.split("/", 2);
        return plane.kubectl()
                .tryRun(
                        "",
                        "auth",
                        "can-i",
                        verb,
                        parts[0] + ".elastigres.dev",
                        "--subresource=" + (parts.length > 1 ? parts[1] : ""),
                        "--namespace=default",
                        "--as=" + user)
                .output()
                .strip();
    }

    @Test
    void anAgentResizesPodsOfItsOwnNodeOnly() throws Exception {
        try (KubernetesClient first = agent("node-1");
                KubernetesClient second = agent("node-2")) {
            awaitPolicy(second);
            assertThat(resize(first, "pg-node-1", 200)).isEmpty();
            assertThat(resize(second, "pg-node-2", 200)).isEmpty();
            assertThat(resize(first, "pg-node-2", 300))
                    .get()
                    .asString()
                    .contains(POLICY, "of node node-1 may not resize a pod of node node-2");
            assertThat(resize(second, "pg-node-1", 300))
                    .get()
                    .asString()
                    .contains(POLICY, "of node node-2 may not resize a pod of node node-1");
        }
        assertThat(memory("pg-node-1")).isEqualTo("200Mi");
        assertThat(memory("pg-node-2")).isEqualTo("200Mi");
    }

    @Test
    void anAgentReportsToThePlanOfItsOwnNodeOnly() throws Exception {
        for (String node : new String[] {"node-1", "node-2"})
            plane.kubectl()
                    .apply(
                            "{apiVersion: elastigres.dev/v1alpha1, kind: NodePlan, metadata: {name: %s}}"
                                    .formatted(node));
        try (KubernetesClient first = agent("node-1");
                KubernetesClient second = agent("node-2");
                KubernetesClient unbound =
                        ControlPlaneFixture.client(plane.kubeconfig(ACCOUNT, ACCOUNT))) {
            awaitPolicy(second);
            assertThat(report(first, "node-1")).isEmpty();
            assertThat(report(second, "node-2")).isEmpty();
            assertThat(report(first, "node-2"))
                    .get()
                    .asString()
                    .contains(
                            POLICY,
                            "of node node-1 may not write the status of the plan of node node-2");
            assertThat(report(unbound, "node-1"))
                    .get()
                    .asString()
                    .contains(POLICY, "must be bound to its pod");
        }
    }

    /// Writes the status of a plan as the agent does. Returns the message of a 403; empty if it is
    /// written.
    private static Optional<String> report(KubernetesClient user, String node) {
        try {
            var _ =
                    user.resources(NodePlan.class)
                            .withName(node)
                            .subresource("status")
                            .patch(
                                    PatchContext.of(PatchType.JSON_MERGE),
                                    "{\"status\":{\"observedGeneration\":1}}");
            return Optional.empty();
        } catch (KubernetesClientException e) {
            assertThat(e.getCode()).isEqualTo(403);
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "elastigres,            list,   postgresautoscalers,        no",
        "elastigres,            patch,  postgresautoscalers/status, no",
        "elastigres,            patch,  nodeplans,                  no",
        "elastigres,            watch,  nodeplans,                  yes",
        "elastigres-controller, create, nodeplans,                  yes",
        "elastigres-controller, delete, nodeplans,                  no",
        "elastigres-controller, patch,  postgresautoscalers,        no",
        "elastigres-controller, patch,  postgresautoscalers/status, yes"
    })
    void accountsHaveTheRightsThatTheyNeed(String account, String verb, String resource, String may)
            throws Exception {
        assertThat(can("system:serviceaccount:%s:%s".formatted(ACCOUNT, account), verb, resource))
                .isEqualTo(may);
    }

    @Test
    void aTokenThatIsBoundToNoPodResizesNothing() throws Exception {
        try (KubernetesClient unbound =
                ControlPlaneFixture.client(plane.kubeconfig(ACCOUNT, ACCOUNT))) {
            awaitPolicy(unbound);
            assertThat(resize(unbound, "pg-node-1", 300))
                    .get()
                    .asString()
                    .contains(POLICY, "must be bound to its pod");
        }
    }

    /// Waits until the API server applies the policy, which takes it some seconds.
    private static void awaitPolicy(KubernetesClient other) throws Exception {
        ControlPlaneFixture.await(
                "the policy is in force",
                LIMIT,
                () -> resize(other, "pg-node-1", 100).filter(it -> it.contains(POLICY)).isPresent(),
                () -> resize(other, "pg-node-1", 100).toString());
    }

    /// Resizes a pod as the agent does. Returns the message of a 403; empty if it is resized.
    private static Optional<String> resize(KubernetesClient user, String pod, int mebibytes)
            throws Exception {
        var api = new ApiClient(user, new ActiveProblems(LOG));
        String patch =
                "{\"spec\":{\"containers\":[{\"name\":\"postgres\",\"resources\":{\"requests\":{\"memory\":\"%dMi\"}}}]}}"
                        .formatted(mebibytes);
        try {
            var _ = api.resize(new PodName("default", pod), patch);
            return Optional.empty();
        } catch (ApiException e) {
            assertThat(e).isInstanceOf(ApiException.Rejected.class);
            assertThat(e.getCause())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            it -> assertThat(it.getCode()).isEqualTo(403));
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private String memory(String pod) throws Exception {
        return plane.kubectl()
                .run(
                        "get",
                        "pod",
                        pod,
                        "--namespace=default",
                        "--output=jsonpath={.spec.containers[0].resources.requests.memory}");
    }

    /// Returns a client with the token that the kubelet would give to the agent's pod on a node.
    private KubernetesClient agent(String node) throws Exception {
        String token =
                plane.kubectl()
                        .run(
                                "create",
                                "token",
                                ACCOUNT,
                                "--namespace=" + ACCOUNT,
                                "--bound-object-kind=Pod",
                                "--bound-object-name=agent-" + node)
                        .strip();
        String config = Files.readString(plane.kubeconfig(ACCOUNT, ACCOUNT));
        Path own = folder.resolve(node + ".kubeconfig");
        Files.writeString(own, config.replaceFirst("token: .*", "token: " + token));
        return ControlPlaneFixture.client(own);
    }

    private static String pod(String namespace, String name, String node, String account) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: %s}
        spec:
          nodeName: %s
          serviceAccountName: %s
          tolerations: [{operator: Exists}]
          containers:
            - name: postgres
              image: postgres
              resources:
                requests: {cpu: 100m, memory: 100Mi}
                limits: {memory: 1Gi}
        """
                .formatted(name, namespace, node, account);
    }
}
