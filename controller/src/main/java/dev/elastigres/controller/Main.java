package dev.elastigres.controller;

import dev.elastigres.agent.AgentStartException;
import dev.elastigres.controller.Controller.ControllerTiming;
import dev.elastigres.controller.Leadership.LeaseIdentity;
import dev.elastigres.controller.admission.AdmissionWebhook.WebhookConfig;
import dev.elastigres.daemon.http.FailureLog;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.daemon.log.JavaLogging;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.MetricsHandler;
import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Invocation.Help;
import dev.elastigres.daemon.settings.Invocation.PrintConfig;
import dev.elastigres.daemon.settings.Invocation.Run;
import dev.elastigres.daemon.settings.Invocation.Version;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.UsageException;
import dev.elastigres.kubernetes.ApiClientFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/// `elastigres controller`: resolves PostgresAutoscalers into plans of nodes, and writes their
/// status.
public final class Main {
    private static final Duration LOG_DRAIN_TIMEOUT = Duration.ofMillis(200);

    private Main() {}

    /// Runs the controller until it is stopped.
    ///
    /// @return the exit code: 1 if it cannot run, 2 for wrong usage
    public static int run(List<String> args, Map<String, String> environment) {
        try {
            return switch (settings().read(args, environment)) {
                case Help(String text) -> print(text);
                case Version() -> print("elastigres-controller " + BuildVersion.of(Main.class));
                case PrintConfig(String toml) -> print(toml);
                case Run(var settings) -> serve(ControllerConfig.of(settings), environment);
            };
        } catch (UsageException e) {
            e.problems().forEach(it -> System.err.println("elastigres controller: " + it));
            return 2;
        } catch (AgentStartException | ListenException e) {
            System.err.println("elastigres controller: " + CauseChain.chain(e));
            return 1;
        } catch (InterruptedException _) {
            return 1;
        }
    }

    /// Returns every flag, long and short.
    public static List<String> flags() {
        return settings().flags();
    }

    /// Returns the settings of the controller.
    public static SettingTable settings() {
        return ControllerConfig.table();
    }

    private static int print(String text) {
        System.out.println(text);
        return 0;
    }

    private static int serve(ControllerConfig config, Map<String, String> environment)
            throws AgentStartException, ListenException, InterruptedException {
        Log log = Log.toStderr(config.logFormat(), config.logLevel(), environment);
        JavaLogging.redirectTo(log);
        KubernetesClient client = ApiClientFactory.open(config.kubeconfig());
        String namespace =
                config.namespace()
                        .orElseGet(
                                () -> Objects.requireNonNullElse(client.getNamespace(), "default"));
        var identity = new LeaseIdentity(namespace, holder(environment));
        try (Controller controller =
                        Controller.start(client, identity, ControllerTiming.DEFAULT, log);
                HttpServer pages =
                        HttpServer.start(
                                config.address().resolve(),
                                routes(controller),
                                ServerLimits.DEFAULT,
                                new FailureLog(log))) {
            if (config.webhookAddress().isPresent())
                controller.serve(
                        WebhookConfig.of(config.webhookAddress().get().resolve(), namespace));
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(controller, log)));
            HostPort address = HostPort.of(pages.address());
            log.info(
                    "started",
                    "version",
                    BuildVersion.of(Main.class),
                    "address",
                    address,
                    "lease",
                    namespace + "/" + Leadership.LEASE);
            System.out.println("pages on " + address);
            // Only the shutdown hook ends this wait, together with the process.
            new CountDownLatch(1).await();
            return 0;
        } finally {
            log.drain(LOG_DRAIN_TIMEOUT);
        }
    }

    /// Returns the name of this process in the Lease: in a cluster that of its pod. A restarted
    /// container has another one.
    private static String holder(Map<String, String> environment) {
        return environment.getOrDefault("HOSTNAME", "controller")
                + "-"
                + UUID.randomUUID().toString().substring(0, 8);
    }

    private static Routes routes(Controller controller) {
        return Routes.NONE
                .with("/healthz", _ -> Response.text(200, "ok"))
                .with(
                        "/readyz",
                        _ ->
                                Response.text(
                                        controller.isReady() ? 200 : 503,
                                        String.join("\n", controller.notes())))
                .with("/metrics", new MetricsHandler(controller::write));
    }

    /// Exits with 0, whichever signal requested the stop: a requested stop is no failure.
    private static void stop(Controller controller, Log log) {
        log.info("stopping");
        controller.close();
        log.drain(LOG_DRAIN_TIMEOUT);
        Runtime.getRuntime().halt(0);
    }
}
