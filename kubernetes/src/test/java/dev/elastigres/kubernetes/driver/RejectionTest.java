package dev.elastigres.kubernetes.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.SingleNodeCluster;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.Rejection;
import dev.elastigres.kubernetes.targets.ControlledResources;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Tests the answers of a real API server to resizes that a rule of the cluster forbids. None of
/// them is a problem of the agent.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class RejectionTest {
    private SingleNodeCluster node;
    private KubernetesClient client;
    private ActiveProblems problems;
    private ApiClient api;

    @BeforeAll
    void startNode(@TempDir Path cgroups) throws Exception {
        node = SingleNodeCluster.start(cgroups);
    }

    @AfterAll
    void stopNode() throws Exception {
        node.close();
    }

    @BeforeEach
    void start() throws Exception {
        client = node.client();
        problems = new ActiveProblems(node.log());
        api = new ApiClient(client, problems);
        node.guaranteed("pg", 1);
        awaitNoRule();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        for (String each :
                new String[] {
                    "resourcequotas",
                    "limitranges",
                    "validatingadmissionpolicybindings",
                    "validatingadmissionpolicies",
                    "validatingwebhookconfigurations"
                })
            node.plane().kubectl().run("delete", each, "--all", "-n", SingleNodeCluster.NAMESPACE);
        node.delete("pg");
    }

    @Test
    void aQuotaThatIsUsedUp() throws Exception {
        node.quota("512Mi", Optional.of("256Mi"));
        awaitRejection(3, "exceeded quota");
        ApiException.Rejected rejected = rejected(3);
        assertThat(rejected.reason()).isEqualTo(Rejection.QUOTA);
        assertThat(rejected)
                .hasMessage(
                        "pods \"pg\" is forbidden: exceeded quota: memory, requested:"
                                + " limits.memory=512Mi, used: limits.memory=256Mi, limited:"
                                + " limits.memory=512Mi");
        assertThat(resized(2)).isEqualTo("requests 500m 512Mi limits 500m 512Mi");
    }

    @Test
    void aQuotaWhoseUseIsNotKnownYet() throws Exception {
        node.quota("10Gi", Optional.empty());
        awaitRejection(2, "status unknown");
        assertThat(rejected(2).reason()).isEqualTo(Rejection.QUOTA);
        assertThat(rejected(2)).hasMessageContaining("status unknown for quota: memory");
    }

    @Test
    void aLimitRangeInBothDirections() throws Exception {
        node.plane()
                .kubectl()
                .apply(
                        """
                        {apiVersion: v1, kind: LimitRange, metadata: {name: range, namespace: db},
                         spec: {limits: [
                          {type: Container, max: {cpu: 500m, memory: 512Mi}, min: {memory: 256Mi}}]}}
                        """);
        awaitRejection(3, "usage per Container");
        ApiException.Rejected rejected = rejected(3);
        assertThat(rejected.reason()).isEqualTo(Rejection.LIMIT_RANGE);
        assertThat(rejected)
                .hasMessageContaining("maximum memory usage per Container is 512Mi, but limit is");
        assertThat(resized(2)).isEqualTo("requests 500m 512Mi limits 500m 512Mi");
        Resources less = SingleNodeCluster.UNIT.times(1);
        less = new Resources(less.vcpus(), less.memory().times(0.5));
        assertThat(rejected(less).reason()).isEqualTo(Rejection.LIMIT_RANGE);
        assertThat(rejected(less)).hasMessageContaining("minimum memory usage per Container");
    }

    @Test
    void aPolicyOfTheCluster() throws Exception {
        node.plane()
                .kubectl()
                .apply(
                        """
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: ValidatingAdmissionPolicy
                        metadata: {name: no-resize}
                        spec:
                          failurePolicy: Fail
                          matchConstraints:
                            resourceRules:
                            - {apiGroups: [""], apiVersions: [v1], operations: [UPDATE],
                               resources: [pods/resize]}
                          validations:
                          - {expression: "false", message: not on a Friday, reason: Forbidden}
                        ---
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: ValidatingAdmissionPolicyBinding
                        metadata: {name: no-resize}
                        spec: {policyName: no-resize, validationActions: [Deny]}
                        """);
        awaitRejection(2, "not on a Friday");
        assertThat(rejected(3).reason()).isEqualTo(Rejection.ADMISSION);
        assertThat(rejected(3)).hasMessageContaining("denied request: not on a Friday");
    }

    @Test
    void aWebhookThatCannotBeAsked() throws Exception {
        node.plane()
                .kubectl()
                .apply(
                        """
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: ValidatingWebhookConfiguration
                        metadata: {name: away}
                        webhooks:
                        - name: away.example.com
                          clientConfig: {url: "https://127.0.0.1:1/"}
                          sideEffects: None
                          admissionReviewVersions: [v1]
                          timeoutSeconds: 1
                          rules:
                          - {apiGroups: [""], apiVersions: [v1], operations: [UPDATE],
                             resources: [pods/resize]}
                        """);
        awaitRejection(2, "failed calling webhook");
        assertThat(rejected(3).reason()).isEqualTo(Rejection.ADMISSION);
        assertThat(rejected(3)).hasMessageContaining("failed calling webhook");
    }

    @Test
    void reportsInvalidResize() {
        // The resize would change the QoS class.
        var container = container();
        String patch =
                ResizePatch.of(
                                container,
                                new RequestRatios(half(), half())
                                        .resources(size(2), size(2).memory()))
                        .orElseThrow();
        ApiException.Rejected rejected =
                catchThrowableOfType(
                        ApiException.Rejected.class, () -> api.resize(container.name(), patch));
        assertThat(rejected.reason()).isEqualTo(Rejection.INVALID);
        assertThat(problems.all()).isEmpty();
    }

    private static Optional<Double> half() {
        return Optional.of(0.5);
    }

    // ---- steps

    /// Waits until the resize is rejected. The API server notices a new or deleted rule with a
    /// delay.
    private void awaitRejection(int units, String words) throws Exception {
        node.await(
                words,
                () -> {
                    try {
                        resize(size(units));
                        resize(size(1));
                        return false;
                    } catch (ApiException.Rejected e) {
                        return String.valueOf(e.getMessage()).contains(words);
                    }
                });
    }

    /// The rules of the previous test may stay in force for a while.
    private void awaitNoRule() throws Exception {
        node.await(
                "no rule rejects a resize",
                () -> {
                    try {
                        resize(size(2));
                        resize(size(1));
                        return true;
                    } catch (ApiException.Rejected _) {
                        return false;
                    }
                });
    }

    private ApiException.Rejected rejected(int units) {
        return rejected(size(units));
    }

    private ApiException.Rejected rejected(Resources size) {
        ApiException.Rejected rejected =
                catchThrowableOfType(ApiException.Rejected.class, () -> resize(size));
        assertThat(rejected).as("rejected").isNotNull();
        assertThat(problems.all()).as("the agent's troubles").isEmpty();
        return rejected;
    }

    private String resized(int units) throws Exception {
        resize(size(units));
        return node.spec("pg");
    }

    private void resize(Resources size) throws ApiException, InterruptedException {
        PodContainer container = container();
        RequestRatios all =
                RequestRatios.of(container, container.desired(), ControlledResources.ALL);
        var patch = ResizePatch.of(container, all.resources(size, size.memory()));
        if (patch.isPresent()) api.resize(container.name(), patch.get());
    }

    private PodContainer container() {
        return PodContainer.of(node.get("pg"), "postgres").orElseThrow();
    }

    private static Resources size(int units) {
        return SingleNodeCluster.UNIT.times(units);
    }
}
