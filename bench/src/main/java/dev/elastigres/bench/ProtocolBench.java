package dev.elastigres.bench;

import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.monitor.MonitorConnection.ReceivedMessage;
import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.bench.measure.FakeMachine;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorProcess;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import dev.elastigres.testbed.TestbedException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Measures the latency of the protocol. The monitor is a separate process with a Postgres to
/// manage. An agent's messages follow each other; each is timed from before it is sent until its
/// answer is received.
final class ProtocolBench {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Bytes MACHINE = Bytes.ofGibibytes(64);
    private static final Bytes STEP = Bytes.ofMebibytes(16);

    private final Repetitions rounds;
    private final Consumer<ProtocolBenchRow> results;
    private final StopRequest stop;
    private Bytes granted = Bytes.ofGibibytes(1);

    /// @param results receives each row when it is complete
    /// @param stop checked before each round
    ProtocolBench(Repetitions rounds, Consumer<ProtocolBenchRow> results, StopRequest stop) {
        this.rounds = rounds;
        this.results = results;
        this.stop = stop;
    }

    /// Runs the benchmark. Everything is removed when this returns or throws.
    void run() throws HarnessException, InterruptedException {
        try (var echo = EchoServer.start()) {
            measure("echo", "none", rounds.echoes(), rounds.warmUp(), echo::roundTrip);
            measureMonitor();
        } catch (MonitorConnectionException e) {
            throw new HarnessException("the monitor cannot be measured", e);
        } catch (TestbedException e) {
            throw new HarnessException("cannot start Postgres", e);
        }
    }

    private void measureMonitor()
            throws MonitorConnectionException,
                    TestbedException,
                    HarnessException,
                    InterruptedException {
        try (var machine = FakeMachine.create(MACHINE, FakeMachine.IDLE);
                var postgres =
                        PostgresServer.start(
                                PostgresServerOptions.of(PostgresPrograms.embedded()));
                var monitor = startMonitor(machine, postgres);
                var pages = new MonitorPages(monitor.address())) {
            pages.awaitReady(READY_TIMEOUT);
            try (var link = MonitorConnection.open(monitor.address())) {
                ProtocolExchange healthCheck = () -> ask(link, new HealthCheck(link.nextId()));
                ProtocolExchange upscale = () -> ask(link, nextUpscale(link));
                int few = Math.max(1, rounds.warmUp() / 20);
                measure(
                        "health_check",
                        "idle",
                        rounds.healthChecks(),
                        rounds.warmUp(),
                        healthCheck);
                measure("upscale", "idle", rounds.upscales(), few, upscale);

                postgres.freeze();
                measure("health_check", "hung", rounds.healthChecks(), 0, healthCheck);
                // The first upscale waits for Postgres until a timeout, by which the monitor
                // learns that it hangs.
                measure("upscale_first", "hung", 1, 0, upscale);
                measure("upscale", "hung", rounds.upscalesHung(), 0, upscale);
            }
        }
    }

    private static MonitorProcess startMonitor(FakeMachine machine, PostgresServer postgres)
            throws MonitorConnectionException, InterruptedException {
        var flags = new ArrayList<>(machine.flags());
        flags.addAll(List.of("--pgconnstr", postgres.connectionString()));
        return MonitorProcess.start(machine.log("monitor"), flags, Map.of());
    }

    /// Returns a notification of a larger size than before, so that the cache is resized each
    /// time.
    private AgentMessage nextUpscale(MonitorConnection link) {
        granted = granted.plus(STEP);
        return new UpscaleNotification(link.nextId(), new Resources(1, granted));
    }

    private static void ask(MonitorConnection link, AgentMessage message)
            throws MonitorConnectionException, InterruptedException {
        link.send(message);
        ReceivedMessage answer = link.receive(ANSWER_TIMEOUT);
        if (answer == null)
            throw new MonitorConnectionException(
                    "no answer within " + ANSWER_TIMEOUT.toSeconds() + " s");
        if (answer.message().id() != message.id())
            throw new MonitorConnectionException(
                    "an answer to something else: " + answer.message());
    }

    private interface ProtocolExchange {
        void run() throws MonitorConnectionException, InterruptedException;
    }

    private void measure(
            String what, String postgres, int count, int warmUp, ProtocolExchange round)
            throws MonitorConnectionException, InterruptedException, HarnessException {
        var samples = new LatencySamples(count);
        for (int i = -warmUp; i < count; i++) {
            stop.check();
            long before = System.nanoTime();
            round.run();
            if (i >= 0) samples.add(System.nanoTime() - before);
        }
        results.accept(new ProtocolBenchRow(what, postgres, samples, load1()));
    }

    private static double load1() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
