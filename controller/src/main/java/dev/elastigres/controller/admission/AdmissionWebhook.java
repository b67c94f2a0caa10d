package dev.elastigres.controller.admission;

import dev.elastigres.controller.admission.CertificateKeeper.WebhookObjects;
import dev.elastigres.daemon.guard.LoggingGuardListener;
import dev.elastigres.daemon.guard.ServerTls;
import dev.elastigres.daemon.http.Encryption;
import dev.elastigres.daemon.http.FailureLog;
import dev.elastigres.daemon.http.HostCheck;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ChangeSignal;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;

/// The admission webhook for new pods. Every replica of the controller serves it; the leader also
/// keeps its certificates.
public final class AdmissionWebhook implements AutoCloseable {
    /// Path of the reviews.
    public static final String PATH = "/mutate-pods";

    /// Name of the Service, of the Secret with the certificates, and of the
    /// MutatingWebhookConfiguration.
    public static final String NAME = "elastigres-webhook";

    /// Maximum number of requests that are read or answered at once. With their maximum length they
    /// take half of the heap.
    private static final int MAX_REQUESTS = 32;

    /// Longer than the API server waits.
    private static final Duration SETUP = Duration.ofSeconds(3);

    private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(10);
    private static final Duration START_INTERVAL = Duration.ofMillis(500);
    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);

    private final ChangeSignal signal = new ChangeSignal();
    private final AdmissionMeters meters = new AdmissionMeters();
    private final ActiveProblems problems;
    private final WatchedCluster cluster;
    private final CertificateKeeper certificates;
    private final HttpServer server;
    private final Duration checkInterval;
    private final Clock clock;
    private final Log log;
    private final Thread thread = Thread.ofVirtual().name("webhook").unstarted(this::run);

    /// @param address address of the server; port 0 picks a free one
    /// @param namespace namespace of the Service and the Secret
    /// @param names DNS names and addresses of the server
    public record WebhookConfig(InetSocketAddress address, String namespace, List<String> names) {
        public WebhookConfig {
            names = List.copyOf(names);
        }

        /// Returns the configuration behind the Service of a namespace.
        public static WebhookConfig of(InetSocketAddress address, String namespace) {
            String service = NAME + "." + namespace + ".svc";
            return new WebhookConfig(
                    address, namespace, List.of(service, service + ".cluster.local"));
        }
    }

    private AdmissionWebhook(
            KubernetesClient client,
            WebhookConfig config,
            CertificateRotation rotation,
            ObservedObjects objects,
            PodHistory history,
            BooleanSupplier isLeader,
            Clock clock,
            Log log)
            throws ListenException {
        checkInterval = rotation.checkInterval();
        this.clock = clock;
        this.log = log;
        problems = new ActiveProblems(log);
        cluster = new WatchedCluster(client, objects, history, signal, problems);
        certificates =
                new CertificateKeeper(
                        client,
                        new WebhookObjects(config.namespace, NAME, NAME),
                        rotation,
                        isLeader,
                        clock,
                        signal,
                        problems,
                        log);
        server =
                HttpServer.start(
                        config.address,
                        Optional.of(encryption(certificates, log)),
                        HostCheck.of(
                                config.names,
                                config.address.getHostString(),
                                (peer, why) ->
                                        log.debug("request refused", "peer", peer, "reason", why)),
                        Routes.NONE.withCatchAll(
                                AdmissionHandler.MAX_LENGTH,
                                new AdmissionHandler(cluster::view, meters, clock, log)),
                        ServerLimits.DEFAULT.withPendingConnections(MAX_REQUESTS).withSetup(SETUP),
                        new FailureLog(log));
    }

    /// Starts the webhook. It does not wait for the API server.
    ///
    /// @param client client of the API server; the caller closes it, after this object
    /// @param isLeader whether this process may write
    public static AdmissionWebhook start(
            KubernetesClient client,
            WebhookConfig config,
            ObservedObjects objects,
            PodHistory history,
            BooleanSupplier isLeader,
            Clock clock,
            Log log)
            throws ListenException {
        return start(
                client,
                config,
                CertificateRotation.of(config.names),
                objects,
                history,
                isLeader,
                clock,
                log);
    }

    static AdmissionWebhook start(
            KubernetesClient client,
            WebhookConfig config,
            CertificateRotation rotation,
            ObservedObjects objects,
            PodHistory history,
            BooleanSupplier isLeader,
            Clock clock,
            Log log)
            throws ListenException {
        var webhook =
                new AdmissionWebhook(
                        client, config, rotation, objects, history, isLeader, clock, log);
        webhook.cluster.start();
        webhook.certificates.start();
        webhook.thread.start();
        return webhook;
    }

    private static Encryption encryption(CertificateKeeper certificates, Log log) {
        var guard = new LoggingGuardListener(log);
        return new Encryption() {
            @Override
            public Socket over(Socket carrier, String peer) throws IOException {
                SSLContext context =
                        certificates
                                .context()
                                .orElseThrow(() -> new IOException("there is no certificate yet"));
                return ServerTls.with(() -> context, guard).over(carrier, peer);
            }
        };
    }

    private void run() {
        try {
            Instant refreshed = Instant.EPOCH;
            while (true) {
                long seen = signal.count();
                try {
                    certificates.check();
                    Instant now = clock.instant();
                    if (!isReady() || !now.isBefore(refreshed.plus(REFRESH_INTERVAL))) {
                        cluster.refresh();
                        refreshed = now;
                    }
                } catch (RuntimeException e) {
                    log.error("a bug in the webhook", "cause", e);
                }
                // Collects changes: the usage of quotas changes with each pod.
                Thread.sleep(MIN_INTERVAL);
                signal.await(seen, isReady() ? checkInterval : START_INTERVAL);
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    /// Returns the address of the server, with the actual port.
    public InetSocketAddress address() {
        return server.address();
    }

    /// Returns whether reviews are answered with the cluster's state, by TLS.
    public boolean isReady() {
        return certificates.context().isPresent() && cluster.view().isPresent();
    }

    /// Returns why new pods may begin at their template's size, one clause each.
    public List<String> notes() {
        var notes = new ArrayList<>(problems.all());
        if (certificates.context().isEmpty()) notes.add("the webhook has no certificate yet");
        return notes;
    }

    public void write(MetricsWriter page) {
        meters.write(page, certificates.expires());
    }

    @Override
    public void close() {
        server.close();
        Threads.end(thread);
        certificates.close();
        cluster.close();
    }
}
