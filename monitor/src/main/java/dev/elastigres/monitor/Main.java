package dev.elastigres.monitor;

import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.JavaLogging;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.service.ServiceManager;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.Invocation.Help;
import dev.elastigres.daemon.settings.Invocation.PrintConfig;
import dev.elastigres.daemon.settings.Invocation.Run;
import dev.elastigres.daemon.settings.Invocation.ShowText;
import dev.elastigres.daemon.settings.Invocation.Version;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.UsageException;
import dev.elastigres.monitor.watch.KernelReadException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// `elastigres monitor`.
public final class Main {
    private static final Duration LOG_DRAIN_TIMEOUT = Duration.ofMillis(200);

    /// Maximum time to close. Including the last log lines, the process stops within a second, even
    /// if a part of it hangs.
    private static final Duration CLOSING = Duration.ofMillis(700);

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.getenv()));
    }

    /// Runs until it is stopped.
    ///
    /// @return the exit code: 0 after a requested stop, 1 if the monitor cannot run, 2 for wrong
    ///     usage
    public static int run(List<String> args, Map<String, String> environment) {
        try {
            Invocation wanted = MonitorSettings.table(environment).read(args, environment);
            // Not a case of the switch, which would load a class here.
            if (wanted instanceof Run(var settings))
                return serve(MonitorSettings.config(settings, environment), environment);
            System.out.println(text((ShowText) wanted));
            return 0;
        } catch (UsageException e) {
            e.problems().forEach(problem -> System.err.println("elastigres monitor: " + problem));
            return 2;
        }
    }

    /// Returns every flag, long and short.
    public static List<String> flags(Map<String, String> environment) {
        return MonitorSettings.table(environment).flags();
    }

    /// Returns the settings of the monitor, for documentation only.
    public static SettingTable settings() {
        return MonitorSettings.table(Map.of());
    }

    private static int serve(MonitorConfig config, Map<String, String> environment) {
        Log log = Log.toStderr(config.logFormat(), config.logLevel(), environment);
        ThreadFailures.watch(log);
        try (Daemon monitor = start(config, log)) {
            var ending = new AtomicBoolean();
            Thread atEnd = Thread.ofPlatform().unstarted(() -> stop(monitor, ending, log));
            Runtime.getRuntime().addShutdownHook(atEnd);
            System.out.println("listening on " + monitor.address());
            monitor.pagesAddress().ifPresent(it -> System.out.println("pages on " + it));
            // Agents can connect by now. The rest, above all the JDBC driver and its logging, is
            // the slow part of a start.
            JavaLogging.redirectTo(log);
            monitor.begin();
            ServiceManager.find(environment, log).ifPresent(it -> it.ready(monitor::isHealthy));
            monitor.startAuxiliaryServers();
            monitor.join();
            // If no stop was requested, the log has the failure that ended the runner.
            if (ending.compareAndSet(false, true)) return 1;
            atEnd.join();
            return 0;
        } catch (CredentialException | ListenException | KernelReadException e) {
            System.err.println("elastigres monitor: " + e.getMessage());
            return 1;
        } catch (InterruptedException _) {
            return 1;
        } finally {
            log.drain(LOG_DRAIN_TIMEOUT);
        }
    }

    private static Daemon start(MonitorConfig config, Log log)
            throws CredentialException, ListenException, KernelReadException {
        return config.pods().isPresent()
                ? NodeMonitor.start(config, config.pods().get(), log)
                : PostgresMonitor.start(config, log);
    }

    /// Stops the monitor and exits with 0, whichever signal requested the stop: a requested stop is
    /// no failure.
    private static void stop(Daemon monitor, AtomicBoolean ending, Log log) {
        if (!ending.compareAndSet(false, true)) return;
        log.info("stopping");
        Thread closing = Thread.ofPlatform().name("closing").daemon().start(monitor::close);
        try {
            if (!closing.join(CLOSING))
                log.warn(
                        "stopped although not all parts had ended",
                        "waited_ms",
                        CLOSING.toMillis());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        log.drain(LOG_DRAIN_TIMEOUT);
        Runtime.getRuntime().halt(0);
    }

    private static String text(ShowText wanted) {
        return switch (wanted) {
            case Help(String text) -> text;
            case Version() -> "elastigres-monitor " + dev.elastigres.monitor.MonitorVersion.text();
            case PrintConfig(String toml) -> toml;
        };
    }
}
