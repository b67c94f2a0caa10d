package dev.elastigres.controller.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.controller.ControllerTestBed;
import dev.elastigres.controller.admission.AdmissionWebhook.WebhookConfig;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.metrics.MetricsFormat;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.kubernetes.ApiClientFactory;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/// Renews certificates and authorities while a real API server sends reviews to two replicas.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
class WebhookCertificatesTest {
    private static final Path MANIFESTS = Path.of("../deploy/kubernetes/elastigres.yaml");
    private static final String NAMESPACE = "elastigres";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of("127.0.0.1");

    /// An authority is renewed after 20 s, a serving certificate after 7 s.
    private static final CertificateRotation FAST =
            new CertificateRotation(
                    NAMES,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofHours(1),
                    Duration.ofSeconds(1));

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log = Log.to(logged, LogFormat.TEXT, LogLevel.INFO, Clock.systemUTC());

    /// A cluster without objects.
    private record EmptyCluster() implements ObservedObjects {
        @Override
        public boolean hasSynced() {
            return true;
        }

        @Override
        public Collection<PostgresAutoscaler> autoscalers(String namespace) {
            return List.of();
        }

        @Override
        public Collection<Node> nodes() {
            return List.of();
        }

        @Override
        public Collection<Pod> pods() {
            return List.of();
        }

        @Override
        public Optional<Pod> pod(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public Collection<NodePlan> plans() {
            return List.of();
        }
    }

    @Test
    void eachRequestIsReviewedWhileCertificatesAreRenewed() throws Exception {
        try (ControlPlane plane = ControlPlane.start(KubernetesBinaries.find().orElseThrow());
                KubernetesClient admin =
                        ApiClientFactory.open(Optional.of(plane.adminKubeconfig()))) {
            plane.kubectl().run("create", "namespace", NAMESPACE);
            plane.kubectl().apply(Files.readString(MANIFESTS));
            try (KubernetesClient client =
                            ApiClientFactory.open(
                                    Optional.of(
                                            plane.kubeconfig(NAMESPACE, "elastigres-controller")));
                    AdmissionWebhook leader = webhook(client, true);
                    AdmissionWebhook standby = webhook(client, false)) {
                await("the leader is ready", leader::isReady);
                await("the standby has the same certificate", standby::isReady);
                direct(plane, "a.elastigres.dev", leader);
                addSecond(plane, standby);
                await("both are trusted", () -> bundles(admin).size() == 1);
                create(admin);
                await(
                        "both are called",
                        () -> {
                            create(admin);
                            return reviews(leader) > 0 && reviews(standby) > 0;
                        });
                rotate(admin, leader, standby);
            }
        }
    }

    private void rotate(KubernetesClient admin, AdmissionWebhook leader, AdmissionWebhook standby)
            throws Exception {
        long beforeLeader = reviews(leader);
        long beforeStandby = reviews(standby);
        Set<String> authorities = new HashSet<>();
        Set<String> certificates = new HashSet<>();
        var micros = new ArrayList<Long>();
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (authorities.size() < 2 || certificates.size() < 5) {
            assertThat(System.nanoTime() - deadline)
                    .as(
                            "%d authorities, %d certificates%n%s",
                            authorities.size(), certificates.size(), logged)
                    .isNegative();
            for (int i = 0; i < 10; i++) {
                long start = System.nanoTime();
                create(admin);
                micros.add((System.nanoTime() - start) / 1000);
            }
            Secret secret =
                    admin.secrets()
                            .inNamespace(NAMESPACE)
                            .withName(AdmissionWebhook.NAME)
                            .require();
            authorities.add(secret.getData().get(WebhookCertificates.AUTHORITY_KEY));
            certificates.add(secret.getData().get(WebhookCertificates.CERTIFICATE));
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        long[] sorted = micros.stream().mapToLong(it -> it).toArray();
        Arrays.sort(sorted);
        System.out.printf(
                "%d dry-run creations through two webhooks, %d certificates: p50 %d µs, p99 %d µs%n",
                sorted.length,
                certificates.size(),
                sorted[sorted.length / 2],
                sorted[sorted.length * 99 / 100]);
        System.out.println(
                admin.raw("/metrics")
                        .lines()
                        .filter(
                                it ->
                                        it.startsWith(
                                                "apiserver_admission_webhook_admission_duration_seconds"))
                        .filter(it -> it.contains("elastigres"))
                        .collect(Collectors.joining("\n")));
        assertThat(reviews(leader) - beforeLeader)
                .as("reviews by the leader: %s", logged)
                .isEqualTo(sorted.length);
        assertThat(reviews(standby) - beforeStandby)
                .as("reviews by the standby: %s", logged)
                .isEqualTo(sorted.length);
    }

    private AdmissionWebhook webhook(KubernetesClient client, boolean isLeader) throws Exception {
        return AdmissionWebhook.start(
                client,
                new WebhookConfig(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        NAMESPACE,
                        NAMES),
                FAST,
                new EmptyCluster(),
                new PodHistory(Clock.systemUTC()),
                () -> isLeader,
                Clock.systemUTC(),
                log);
    }

    private static void direct(ControlPlane plane, String name, AdmissionWebhook to)
            throws Exception {
        plane.kubectl()
                .run(
                        "patch",
                        "mutatingwebhookconfiguration",
                        AdmissionWebhook.NAME,
                        "--type=merge",
                        "--patch",
                        "{\"webhooks\": [" + hook(name, to) + "]}");
    }

    private static void addSecond(ControlPlane plane, AdmissionWebhook to) throws Exception {
        plane.kubectl()
                .run(
                        "patch",
                        "mutatingwebhookconfiguration",
                        AdmissionWebhook.NAME,
                        "--type=json",
                        "--patch",
                        "[{\"op\": \"add\", \"path\": \"/webhooks/-\", \"value\": "
                                + hook("b.elastigres.dev", to)
                                + "}]");
    }

    private static String hook(String name, AdmissionWebhook to) {
        return """
        {"name": "%s", "admissionReviewVersions": ["v1"], "sideEffects": "None", "failurePolicy": "Ignore",
         "timeoutSeconds": 10, "clientConfig": {"url": "https://127.0.0.1:%d%s"},
         "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}
        """
                .formatted(name, to.address().getPort(), AdmissionWebhook.PATH);
    }

    /// Returns the different authorities that the API server has for the webhooks; none if one has
    /// none.
    private static Set<String> bundles(KubernetesClient admin) {
        Set<String> bundles = new HashSet<>();
        admin.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(AdmissionWebhook.NAME)
                .require()
                .getWebhooks()
                .forEach(it -> bundles.add(String.valueOf(it.getClientConfig().getCaBundle())));
        return bundles.contains("null") ? Set.of() : bundles;
    }

    private static void create(KubernetesClient admin) {
        Pod pod =
                NewPods.pod(
                        "generateName: probe-, labels: {app: probe}",
                        "{limits: {cpu: 250m, memory: 1Gi}}",
                        "");
        pod.getSpec().getContainers().getFirst().setImage("none");
        var _ = admin.resource(pod).inNamespace("default").dryRun(true).create();
    }

    private static long reviews(AdmissionWebhook webhook) {
        var page = new MetricsWriter(MetricsFormat.TEXT);
        webhook.write(page);
        return page.finish()
                .lines()
                .filter(it -> it.startsWith("elastigres_webhook_requests_total{"))
                .mapToLong(
                        it -> (long) Double.parseDouble(it.substring(it.indexOf('}') + 1).strip()))
                .sum();
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        ControllerTestBed.await(what, condition, TIMEOUT, logged);
    }
}
