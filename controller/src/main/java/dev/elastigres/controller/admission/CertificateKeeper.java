package dev.elastigres.controller.admission;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.guard.ServerTls;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiFailures;
import dev.elastigres.kubernetes.node.ChangeSignal;
import dev.elastigres.kubernetes.node.InformerCache;
import dev.elastigres.protocol.json.Json;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;

/// Keeps the certificates of the webhook: it reads them from their Secret, and, while this process
/// is the leader, makes and renews them and gives the authorities to the API servers. One thread
/// calls [#check]; [#context] is thread-safe.
final class CertificateKeeper implements AutoCloseable {
    private static final String WRITE_SECRET = "write the webhook's certificates";
    private static final String WRITE_BUNDLE = "write the webhook's authorities";
    private static final String READ = "use the webhook's certificates";
    private static final PatchContext JSON_PATCH =
            new PatchContext.Builder()
                    .withPatchType(PatchType.JSON)
                    .withFieldManager("elastigres-controller")
                    .build();
    private static final PatchContext MERGE =
            new PatchContext.Builder()
                    .withPatchType(PatchType.JSON_MERGE)
                    .withFieldManager("elastigres-controller")
                    .build();

    private final KubernetesClient client;
    private final WebhookObjects names;
    private final CertificateRotation rotation;
    private final BooleanSupplier isLeader;
    private final Clock clock;
    private final ActiveProblems problems;
    private final Log log;
    private final InformerCache<Secret> secrets;
    private final InformerCache<MutatingWebhookConfiguration> configurations;
    private volatile Optional<ServedCertificates> served = Optional.empty();

    /// The bundle that was last seen at the API server, and since when.
    private Optional<PublishedBundle> published = Optional.empty();

    /// Names of the objects of the webhook, which the installation creates.
    ///
    /// @param namespace namespace of the Secret
    /// @param secret name of the Secret with the certificates
    /// @param configuration name of the MutatingWebhookConfiguration
    record WebhookObjects(String namespace, String secret, String configuration) {}

    private record ServedCertificates(
            Map<String, String> data, WebhookCertificates certificates, SSLContext context) {}

    private record PublishedBundle(String bundle, Moment since) {}

    /// @param signal signalled on changes
    /// @param isLeader whether this process may write
    CertificateKeeper(
            KubernetesClient client,
            WebhookObjects names,
            CertificateRotation rotation,
            BooleanSupplier isLeader,
            Clock clock,
            ChangeSignal signal,
            ActiveProblems problems,
            Log log) {
        this.client = client;
        this.names = names;
        this.rotation = rotation;
        this.isLeader = isLeader;
        this.clock = clock;
        this.problems = problems;
        this.log = log;
        secrets =
                new InformerCache<>(
                        client.secrets()
                                .inNamespace(names.namespace)
                                .withName(names.secret)
                                .runnableInformer(0),
                        signal,
                        problems,
                        "watch the Secret %s/%s".formatted(names.namespace, names.secret));
        configurations =
                new InformerCache<>(
                        client.admissionRegistration()
                                .v1()
                                .mutatingWebhookConfigurations()
                                .withName(names.configuration)
                                .runnableInformer(0),
                        signal,
                        problems,
                        "watch the MutatingWebhookConfiguration " + names.configuration);
    }

    void start() {
        secrets.start();
        configurations.start();
    }

    /// Returns the TLS context with the current certificate; empty before there is one.
    Optional<SSLContext> context() {
        return served.map(ServedCertificates::context);
    }

    /// Returns the end of the current certificate; empty before there is one.
    Optional<Instant> expires() {
        return served.map(it -> it.certificates.serving().certificate().getNotAfter().toInstant());
    }

    /// Serves the certificates of the Secret, and renews them if needed.
    void check() {
        secrets.check();
        configurations.check();
        if (!secrets.hasSynced() || !configurations.hasSynced()) return;
        Optional<Secret> secret = secrets.all().stream().findFirst();
        Optional<WebhookCertificates> present = secret.flatMap(this::read);
        Optional<MutatingWebhookConfiguration> configuration =
                configurations.all().stream().findFirst();
        notePublished(present, configuration);
        if (!isLeader.getAsBoolean()) return;
        try {
            renew(secret, present);
            if (present.isPresent()) publish(present.get(), configuration);
        } catch (GeneralSecurityException e) {
            log.error("a certificate cannot be made", "cause", e);
        }
    }

    private Optional<WebhookCertificates> read(Secret secret) {
        Map<String, String> data = Objects.requireNonNullElse(secret.getData(), Map.of());
        if (data.isEmpty()) return Optional.empty();
        if (served.filter(it -> it.data.equals(data)).isPresent())
            return served.map(ServedCertificates::certificates);
        try {
            WebhookCertificates certificates = WebhookCertificates.of(data);
            SignedCertificate serving = certificates.serving();
            SSLContext context = ServerTls.context(serving.key(), List.of(serving.certificate()));
            served = Optional.of(new ServedCertificates(data, certificates, context));
            problems.end(READ);
            log.info("serving a certificate", "expires", expires().orElse(Instant.EPOCH));
            return Optional.of(certificates);
        } catch (GeneralSecurityException e) {
            problems.begin(READ, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void notePublished(
            Optional<WebhookCertificates> present,
            Optional<MutatingWebhookConfiguration> configuration) {
        Optional<String> bundle =
                present.map(WebhookCertificates::bundle)
                        .filter(it -> configuration.filter(at -> hasBundle(at, it)).isPresent());
        if (bundle.equals(published.map(PublishedBundle::bundle))) return;
        published = bundle.map(it -> new PublishedBundle(it, now()));
    }

    private void renew(Optional<Secret> secret, Optional<WebhookCertificates> present)
            throws GeneralSecurityException {
        if (secret.isEmpty()) {
            problems.begin(
                    WRITE_SECRET,
                    "there is no Secret %s/%s: the chart creates it"
                            .formatted(names.namespace, names.secret));
            return;
        }
        Optional<WebhookCertificates> next =
                rotation.next(present, published.map(it -> now().since(it.since)), clock.instant());
        if (next.isEmpty()) return;
        Json.Obj data = Json.object();
        for (var each : next.get().data().entrySet())
            data = data.with(each.getKey(), each.getValue());
        String body =
                Json.object()
                        .with("metadata", version(secret.get().getMetadata().getResourceVersion()))
                        .with("data", data)
                        .compact();
        boolean done =
                write(
                        WRITE_SECRET,
                        () -> {
                            var _ =
                                    client.secrets()
                                            .inNamespace(names.namespace)
                                            .withName(names.secret)
                                            .patch(MERGE, body);
                        });
        if (done) log.info("renewed the webhook's certificates", "content", next.get());
    }

    private void publish(
            WebhookCertificates present, Optional<MutatingWebhookConfiguration> configuration) {
        if (configuration.isEmpty()) {
            problems.begin(
                    WRITE_BUNDLE,
                    "there is no MutatingWebhookConfiguration %s: the chart creates it"
                            .formatted(names.configuration));
            return;
        }
        String bundle = present.bundle();
        if (hasBundle(configuration.get(), bundle)) {
            problems.end(WRITE_BUNDLE);
            return;
        }
        var operations = new ArrayList<Json>();
        operations.add(
                operation(
                        "test",
                        "/metadata/resourceVersion",
                        configuration.get().getMetadata().getResourceVersion()));
        for (int i = 0; i < configuration.get().getWebhooks().size(); i++)
            operations.add(operation("add", "/webhooks/" + i + "/clientConfig/caBundle", bundle));
        String body = new Json.Arr(operations).compact();
        var _ =
                write(
                        WRITE_BUNDLE,
                        () -> {
                            var _ =
                                    client.admissionRegistration()
                                            .v1()
                                            .mutatingWebhookConfigurations()
                                            .withName(names.configuration)
                                            .patch(JSON_PATCH, body);
                        });
    }

    private static Json operation(String what, String path, String value) {
        return Json.object().with("op", what).with("path", path).with("value", value);
    }

    private static Json.Obj version(String resourceVersion) {
        return Json.object().with("resourceVersion", resourceVersion);
    }

    /// Returns whether it was written.
    private boolean write(String what, Runnable request) {
        try {
            request.run();
            problems.end(what);
            return true;
        } catch (KubernetesClientException e) {
            // The object has changed; the watch shows how.
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) return false;
            problems.begin(
                    what,
                    ApiFailures.isMissingRight(e)
                            ? "its account lacks the right"
                            : String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static boolean hasBundle(MutatingWebhookConfiguration configuration, String bundle) {
        List<MutatingWebhook> webhooks = configuration.getWebhooks();
        return webhooks != null
                && webhooks.stream()
                        .allMatch(it -> bundle.equals(it.getClientConfig().getCaBundle()));
    }

    @Override
    public void close() {
        secrets.close();
        configurations.close();
    }
}
