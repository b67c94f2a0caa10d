package dev.elastigres.distribution;

import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.distribution.training.FakeApiServer;
import dev.elastigres.harness.FakeCgroup;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorProcess;
import dev.elastigres.harness.PageScraper;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.node.TrainingMain;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.process.FreePorts;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The training run of the monitor's AOT cache: a real Postgres, a session with an agent, status
/// pages, metrics, and OOM kills that the cgroup reports.
///
/// @param ofNode whether the monitor runs on a node, with a monitor of pods in the same process
record MonitorTrainingRun(boolean ofNode) implements Payload.TrainingRun {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);
    /// Includes writing the cache after the monitor has stopped, which takes most of the time.
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    @Override
    public void run(List<String> command) throws PackException, InterruptedException {
        try {
            Path folder = Files.createTempDirectory("elastigres-training-");
            OrphanReaper.watch(folder);
            try {
                var cgroup = FakeCgroup.create(folder.resolve("postgres"));
                train(command, folder, cgroup);
            } finally {
                FileTrees.delete(folder);
            }
        } catch (IOException e) {
            throw new PackException.Failed("cannot create a fake cgroup", e);
        } catch (TestbedException e) {
            throw new PackException.Failed("cannot start Postgres for the training run", e);
        } catch (MonitorConnectionException e) {
            throw new PackException.Failed("the packed monitor does not work", e);
        }
    }

    private void train(List<String> command, Path folder, FakeCgroup cgroup)
            throws TestbedException, MonitorConnectionException, IOException, InterruptedException {
        try (var postgres =
                PostgresServer.start(PostgresServerOptions.of(PostgresPrograms.embedded()))) {
            if (ofNode) trainNode(command, folder, cgroup, postgres);
            else {
                int host = FreePorts.once();
                int cache = FreePorts.once();
                var flags =
                        flags(cgroup, postgres.socketFolder().toString(), postgres, host, cache);
                Path log = folder.resolve("log");
                try (var monitor = MonitorProcess.start(command, log, flags, Payload.ENVIRONMENT);
                        var scraper = PageScraper.of(List.of(host, cache))) {
                    exercise(monitor, cgroup, scraper);
                    monitor.stop(STOP_TIMEOUT);
                }
            }
        }
    }

    /// Runs the training with a monitor of pods in the same process. A node's monitor connects to
    /// Postgres by TCP.
    private static void trainNode(
            List<String> command, Path folder, FakeCgroup cgroup, PostgresServer postgres)
            throws MonitorConnectionException, IOException, InterruptedException {
        int host = FreePorts.once();
        int cache = FreePorts.once();
        int pods = FreePorts.once();
        var program = new ArrayList<>(command);
        program.set(program.size() - 1, TrainingMain.class.getName());
        try (var cluster = FakeApiServer.start(Files.createDirectory(folder.resolve("node")))) {
            cluster.writeWatchList();
            var flags = flags(cgroup, postgres.host(), postgres, host, cache);
            flags.addAll(List.of(TrainingMain.THEN_PODS, "--addr=127.0.0.1:" + pods));
            flags.addAll(cluster.monitorFlags());
            Path log = folder.resolve("log");
            try (var monitor = MonitorProcess.start(program, log, flags, Payload.ENVIRONMENT);
                    var scraper = PageScraper.of(List.of(host, cache, pods));
                    var pages = new MonitorPages(new HostPort("127.0.0.1", pods))) {
                exercise(monitor, cgroup, scraper);
                var _ = pages.status();
                monitor.stop(STOP_TIMEOUT);
            }
        }
    }

    /// @param host of Postgres
    private static List<String> flags(
            FakeCgroup cgroup,
            String host,
            PostgresServer postgres,
            int hostMetrics,
            int cacheMetrics) {
        return new ArrayList<>(
                List.of(
                        "--cgroup",
                        cgroup.folder().toString(),
                        "--pgconnstr",
                        postgres.connectionString(host),
                        "--metrics.host-addr",
                        "127.0.0.1:" + hostMetrics,
                        "--metrics.cache-addr",
                        "127.0.0.1:" + cacheMetrics));
    }

    private static void exercise(MonitorProcess monitor, FakeCgroup cgroup, PageScraper scraper)
            throws MonitorConnectionException, IOException, InterruptedException {
        try (var pages = new MonitorPages(monitor.address())) {
            pages.awaitReady(READY_TIMEOUT);
            exchangeMessages(monitor, cgroup);
            scraper.await();
            var _ = pages.status();
        }
    }

    private static void exchangeMessages(MonitorProcess monitor, FakeCgroup cgroup)
            throws MonitorConnectionException, IOException, InterruptedException {
        try (var link = MonitorConnection.open(monitor.address())) {
            var larger = new Resources(2, Bytes.ofGibibytes(2));
            var smaller = new Resources(1, Bytes.ofGibibytes(1));
            ask(link, new HealthCheck(link.nextId()));
            ask(link, new UpscaleNotification(link.nextId(), larger));
            ask(link, new DownscaleRequest(link.nextId(), smaller));
            awaitRequests(link, cgroup);
        }
    }

    /// Reports OOM kills until the monitor has requested memory twice; the second request follows
    /// because the first one is not granted. The monitor watches the cgroup's events only from
    /// some seconds after its start. By the second request it has also sampled CPU usage twice.
    private static void awaitRequests(MonitorConnection link, FakeCgroup cgroup)
            throws MonitorConnectionException, IOException, InterruptedException {
        long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        int kills = 0;
        int requests = 0;
        while (requests < 2) {
            if (System.nanoTime() - deadline > 0)
                throw new MonitorConnectionException("the monitor does not request memory");
            // The monitor counts kills from the first value that it reads.
            if (cgroup.hasPressureTrigger()) cgroup.setKills(++kills);
            var received = link.receive(POLL);
            if (received != null && received.message() instanceof UpscaleRequest) requests++;
        }
    }

    private static void ask(MonitorConnection link, AgentMessage message)
            throws MonitorConnectionException, InterruptedException {
        link.send(message);
        while (true) {
            var answer = link.receive(ANSWER_TIMEOUT);
            if (answer == null) throw new MonitorConnectionException("no answer to " + message);
            if (answer.message().id() == message.id()) return;
        }
    }
}
