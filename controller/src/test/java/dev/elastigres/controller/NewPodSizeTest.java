package dev.elastigres.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.controller.Leadership.LeaseIdentity;
import dev.elastigres.controller.admission.AdmissionWebhook;
import dev.elastigres.controller.admission.AdmissionWebhook.WebhookConfig;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.metrics.MetricsFormat;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.kubernetes.ApiClientFactory;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.PodPredecessor;
import dev.elastigres.kubernetes.targets.InitialSizeAnnotations;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/// Tests the size of new pods of a StatefulSet on a real API server, with the rights of the
/// installed manifests. The test acts as the agent. There is no kubelet.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NewPodSizeTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(40);

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log = Log.to(logged, LogFormat.TEXT, LogLevel.DEBUG, Clock.systemUTC());
    private ControlPlane plane;
    private KubernetesClient admin;

    @BeforeAll
    void start() throws Exception {
        plane = ControllerTestBed.startPlane();
        admin = ApiClientFactory.open(Optional.of(plane.adminKubeconfig()));
        plane.kubectl().apply("{apiVersion: v1, kind: Node, metadata: {name: one}}");
        readyNode();
    }

    @AfterAll
    void stop() throws Exception {
        if (admin != null) admin.close();
        if (plane != null) plane.close();
    }

    @Test
    void aReplacedPodBeginsAtItsPredecessorsSizeAlsoAfterARestartOfTheController()
            throws Exception {
        plane.kubectl()
                .apply(
                        """
                        apiVersion: apps/v1
                        kind: StatefulSet
                        metadata: {name: pg, namespace: default}
                        spec:
                          serviceName: pg
                          replicas: 1
                          selector: {matchLabels: {app: pg}}
                          template:
                            metadata: {labels: {app: pg}}
                            spec:
                              nodeName: one
                              tolerations: [{operator: Exists}]
                              terminationGracePeriodSeconds: 0
                              containers: [{name: postgres, image: none, resources: {limits: {cpu: 250m, memory: 1Gi}}}]
                        ---
                        apiVersion: elastigres.dev/v1alpha1
                        kind: PostgresAutoscaler
                        metadata: {name: pg, namespace: default}
                        spec: {target: {statefulSet: pg}, max: 16}
                        """);
        Pod first;
        Pod second;
        try (Controller _ = controller("first")) {
            first = pod();
            assertThat(limits(first)).isEqualTo("250m/1Gi");
            await("the plan has the pod", this::isPlanned);
            report(first);
            await("the object has its size", () -> "2".equals(goal()));
            readyNode();
            replace(first);
            second = pod();
            assertThat(limits(second)).isEqualTo("2/8Gi");
            assertThat(requests(second)).as("still Guaranteed").isEqualTo("2/8Gi");
            assertThat(second.getMetadata().getAnnotations().get(InitialSizeAnnotations.WHY))
                    .startsWith("2 CPUs and 8GiB: needed by pod pg-0");
            await("the object keeps what is gone", () -> predecessors().size() == 1);
            assertThat(predecessors().getFirst().workload()).isEqualTo("StatefulSet/pg");
        }
        Pod third;
        try (Controller _ = controller("second")) {
            readyNode();
            replace(second);
            third = pod();
            assertThat(limits(third)).isEqualTo("2/8Gi");
        }
        // Without the webhook the pod is created all the same.
        long start = System.nanoTime();
        replace(third);
        assertThat(limits(pod())).isEqualTo("250m/1Gi");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT);
    }

    /// Starts a controller whose webhook the API server reaches by the loopback address: there is
    /// no Service network.
    private Controller controller(String holder) throws Exception {
        KubernetesClient client =
                ApiClientFactory.open(
                        Optional.of(
                                plane.kubeconfig(
                                        ControllerTestBed.NAMESPACE, "elastigres-controller")));
        Controller controller =
                Controller.start(
                        client,
                        new LeaseIdentity(ControllerTestBed.NAMESPACE, holder),
                        ControllerTestBed.TIMING,
                        log);
        controller.serve(
                new WebhookConfig(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        ControllerTestBed.NAMESPACE,
                        List.of("127.0.0.1")));
        String url =
                "https://127.0.0.1:%d%s"
                        .formatted(
                                controller.webhook().orElseThrow().address().getPort(),
                                AdmissionWebhook.PATH);
        plane.kubectl()
                .run(
                        "patch",
                        "mutatingwebhookconfiguration",
                        AdmissionWebhook.NAME,
                        "--type=merge",
                        "--patch",
                        """
                        {"webhooks": [{"name": "pods.elastigres.dev", "admissionReviewVersions": ["v1"], "sideEffects": "None",
                          "failurePolicy": "Ignore", "timeoutSeconds": 10, "clientConfig": {"url": "%s"},
                          "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}]}
                        """
                                .formatted(url));
        await("the webhook is ready", () -> controller.webhook().orElseThrow().isReady());
        await(
                "the API server has its authority",
                () ->
                        admin.admissionRegistration()
                                        .v1()
                                        .mutatingWebhookConfigurations()
                                        .withName(AdmissionWebhook.NAME)
                                        .require()
                                        .getWebhooks()
                                        .getFirst()
                                        .getClientConfig()
                                        .getCaBundle()
                                != null);
        await("a new pod is reviewed", () -> isReviewed(controller));
        return controller;
    }

    /// Returns whether the API server asks the webhook about a pod that it does not store.
    private boolean isReviewed(Controller controller) throws Exception {
        String before = metrics(controller);
        plane.kubectl()
                .run(
                        "run",
                        "probe",
                        "--image=none",
                        "--namespace=default",
                        "--dry-run=server",
                        "--restart=Never");
        return !reviews(before).equals(reviews(metrics(controller)));
    }

    private static String metrics(Controller controller) {
        var page = new MetricsWriter(MetricsFormat.TEXT);
        controller.write(page);
        return page.finish();
    }

    private static List<String> reviews(String metrics) {
        return metrics.lines()
                .filter(it -> it.startsWith("elastigres_webhook_requests_total"))
                .toList();
    }

    /// Deletes the pod, and waits until the StatefulSet has replaced it.
    private void replace(Pod pod) throws Exception {
        plane.kubectl().run("delete", "pod", "pg-0", "--namespace=default", "--force");
        String uid = pod.getMetadata().getUid();
        await(
                "a new pod",
                () ->
                        Optional.ofNullable(
                                        admin.pods().inNamespace("default").withName("pg-0").get())
                                .filter(it -> !it.getMetadata().getUid().equals(uid))
                                .isPresent());
    }

    private Pod pod() throws Exception {
        await("the pod", () -> admin.pods().inNamespace("default").withName("pg-0").get() != null);
        return admin.pods().inNamespace("default").withName("pg-0").require();
    }

    private static String limits(Pod pod) {
        var limits = pod.getSpec().getContainers().getFirst().getResources().getLimits();
        return limits.get("cpu") + "/" + limits.get("memory");
    }

    private static String requests(Pod pod) {
        var requests = pod.getSpec().getContainers().getFirst().getResources().getRequests();
        return requests.get("cpu") + "/" + requests.get("memory");
    }

    /// Makes the node one that a pod fits on. Without a kubelet it would become unready.
    private void readyNode() throws Exception {
        plane.kubectl()
                .run(
                        "patch",
                        "node",
                        "one",
                        "--subresource=status",
                        "--type=merge",
                        "--patch",
                        """
                        {"status": {"allocatable": {"cpu": "8", "memory": "32Gi", "pods": "10"},
                          "capacity": {"cpu": "8", "memory": "32Gi", "pods": "10"},
                          "conditions": [{"type": "Ready", "status": "True", "reason": "Test", "message": "",
                            "lastHeartbeatTime": "%1$s", "lastTransitionTime": "%1$s"}]}}
                        """
                                .formatted(
                                        Clock.systemUTC().instant().toString().substring(0, 19)
                                                + "Z"));
    }

    private boolean isPlanned() {
        return Optional.ofNullable(admin.resources(NodePlan.class).withName("one").get())
                .flatMap(NodePlan::findSpec)
                .filter(it -> !it.allTargets().isEmpty())
                .isPresent();
    }

    private void report(Pod pod) throws Exception {
        plane.kubectl()
                .run(
                        "patch",
                        "nodeplan",
                        "one",
                        "--subresource=status",
                        "--type=merge",
                        "--patch",
                        """
                        {"status": {"observedGeneration": 1, "pods": [{"namespace": "default", "name": "pg-0", "uid": "%s",
                          "cpu": "250m", "memory": "1Gi", "goalCpu": "2", "goalMemory": "8Gi",
                          "state": "Deferred", "why": "no room"}]}}
                        """
                                .formatted(pod.getMetadata().getUid()));
    }

    private PostgresAutoscalerStatus status() {
        return admin.resources(PostgresAutoscaler.class)
                .inNamespace("default")
                .withName("pg")
                .require()
                .written()
                .orElseThrow();
    }

    private String goal() {
        var instances = status().instances();
        return instances == null || instances.isEmpty()
                ? ""
                : String.valueOf(instances.getFirst().goalCpu());
    }

    private List<PodPredecessor> predecessors() {
        return status().allPredecessors();
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        ControllerTestBed.await(what, condition, TIMEOUT, logged);
    }
}
