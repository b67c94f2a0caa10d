package dev.elastigres.daemon.service;

import dev.elastigres.daemon.log.Log;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Notifies systemd of the state of this process (`sd_notify`), if systemd has started it and
/// requested notifications. systemd listens on a kind of socket that Java does not support, so
/// `systemd-notify` is run. For one thread, and the watchdog's own.
public final class ServiceManager {
    private static final String PROGRAM = "systemd-notify";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Log log;
    private final Optional<Duration> watchdog;
    private boolean failing;

    /// Checks whether the service works.
    @FunctionalInterface
    public interface LivenessCheck {
        /// Returns whether the service works. Must return within `timeout`; otherwise systemd gets
        /// no sign of life in time.
        ///
        /// @param timeout maximum time
        /// @throws InterruptedException if the watchdog is stopped
        boolean isHealthy(Duration timeout) throws InterruptedException;
    }

    private ServiceManager(Optional<Duration> watchdog, Log log) {
        this.watchdog = watchdog;
        this.log = log;
    }

    /// Returns the service manager; empty if no notifications are requested.
    ///
    /// @param environment environment variables of this process, with the requests of the service
    ///     manager
    /// @param log receives failures to notify
    public static Optional<ServiceManager> find(Map<String, String> environment, Log log) {
        if (environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty()) return Optional.empty();
        return Optional.of(new ServiceManager(watchdog(environment), log));
    }

    /// Returns the silence after which systemd kills this process; empty for none.
    private static Optional<Duration> watchdog(Map<String, String> environment) {
        String own = Long.toString(ProcessHandle.current().pid());
        if (!environment.getOrDefault("WATCHDOG_PID", own).equals(own)) return Optional.empty();
        try {
            long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", ""));
            return micros < 1000 ? Optional.empty() : Optional.of(Duration.ofMillis(micros / 1000));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// Notifies that the service is ready, and then regularly that it works, for as long as `check`
    /// confirms it.
    ///
    /// @param check checks the service
    public void ready(LivenessCheck check) {
        send("READY=1");
        watchdog.ifPresent(
                timeout ->
                        Thread.ofVirtual()
                                .name("watchdog")
                                .start(() -> watch(timeout.dividedBy(3), check)));
    }

    private void watch(Duration period, LivenessCheck check) {
        try {
            while (true) {
                if (check.isHealthy(period)) send("WATCHDOG=1");
                else log.error("not healthy: the watchdog is not notified");
                Thread.sleep(period);
            }
        } catch (InterruptedException _) {
            // Interrupted to stop.
        }
    }

    /// Sends a notification. Logs one line when this begins to fail and one when it works again.
    private void send(String state) {
        try {
            Process process =
                    new ProcessBuilder(PROGRAM, state)
                            .redirectInput(Redirect.from(new File("/dev/null")))
                            .redirectOutput(Redirect.DISCARD)
                            .redirectError(Redirect.DISCARD)
                            .start();
            if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                problem("it does not end");
            } else if (process.exitValue() != 0) problem("it ended with " + process.exitValue());
            else if (failing) {
                failing = false;
                log.info("notifying the service manager works again");
            }
        } catch (IOException e) {
            problem(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void problem(String why) {
        if (!failing)
            log.warn("cannot notify the service manager", "program", PROGRAM, "reason", why);
        failing = true;
    }
}
