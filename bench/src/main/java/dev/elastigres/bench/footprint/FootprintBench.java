package dev.elastigres.bench.footprint;

import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.bench.footprint.FootprintBenchRow.FootprintState;
import dev.elastigres.bench.footprint.FootprintBenchRow.FootprintSubject;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.distribution.Payload;
import dev.elastigres.harness.FakeCgroup;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.PageScraper;
import dev.elastigres.harness.StartedProcess;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.process.FreePorts;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Measures the footprint of the packaged monitor, of an idle JVM and of an exporter. Only one
/// process runs at a time, so that none shares its memory with another.
final class FootprintBench {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    /// Interval of an agent's health checks, and of scrapes.
    private static final Duration ROUND = Duration.ofSeconds(5);

    /// The settings of every monitor of the benchmark.
    ///
    /// @param host port of the host metrics
    /// @param cache port of the cache metrics
    private record FootprintSetup(Path cgroup, int host, int cache) {}

    private static final String GREETING = "listening on ";

    private final FootprintBenchPlan plan;
    private final Payload payload;
    private final Optional<NodeExporter> exporter;
    private final Consumer<FootprintBenchRow> rows;
    private final StopRequest stop;

    /// @param rows receives each row when it is complete
    FootprintBench(
            FootprintBenchPlan plan,
            Payload payload,
            Optional<NodeExporter> exporter,
            Consumer<FootprintBenchRow> rows,
            StopRequest stop) {
        this.plan = plan;
        this.payload = payload;
        this.exporter = exporter;
        this.rows = rows;
        this.stop = stop;
    }

    /// Runs the benchmark. Everything is removed when this returns or throws.
    void run() throws HarnessException, InterruptedException {
        try {
            Path folder = Files.createTempDirectory("elastigres-footprint-");
            OrphanReaper.watch(folder);
            try {
                measureAll(folder);
            } finally {
                FileTrees.delete(folder);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new HarnessException("cannot write the benchmark's files", e);
        } catch (MonitorConnectionException e) {
            throw new HarnessException("the monitor cannot be measured", e);
        } catch (TestbedException e) {
            throw new HarnessException("cannot start Postgres", e);
        }
    }

    private void measureAll(Path folder)
            throws HarnessException,
                    MonitorConnectionException,
                    TestbedException,
                    IOException,
                    InterruptedException {
        var bare = BaselineJvm.in(folder, payload);
        Duration start = median(bare::start);
        try (StartedProcess jvm = bare.start()) {
            add(
                    FootprintSubject.BARE_JVM,
                    FootprintState.CALM,
                    start,
                    size(bare.files()),
                    jvm,
                    () -> {});
        }
        Path cgroup = FakeCgroup.create(folder.resolve("postgres")).folder();
        var setup = new FootprintSetup(cgroup, FreePorts.once(), FreePorts.once());
        Duration listen = median(() -> monitor(setup, List.of()));
        measureCalm(setup, listen);
        measureServed(setup, listen);
        if (exporter.isPresent()) measure(exporter.get());
    }

    private void measureCalm(FootprintSetup setup, Duration listen)
            throws HarnessException, MonitorConnectionException, IOException, InterruptedException {
        try (StartedProcess monitor = monitor(setup, List.of());
                var agent = MonitorConnection.open(address(monitor))) {
            measureMonitor(FootprintState.CALM, listen, monitor, agent, () -> {});
        }
    }

    private void measureServed(FootprintSetup setup, Duration listen)
            throws HarnessException,
                    MonitorConnectionException,
                    TestbedException,
                    IOException,
                    InterruptedException {
        try (var postgres =
                PostgresServer.start(PostgresServerOptions.of(PostgresPrograms.embedded()))) {
            String server = postgres.connectionString(postgres.socketFolder().toString());
            var flags = List.of("--pgconnstr", server);
            try (StartedProcess monitor = monitor(setup, flags);
                    var pages = new MonitorPages(address(monitor));
                    var agent = MonitorConnection.open(address(monitor));
                    var scraper = PageScraper.of(List.of(setup.host, setup.cache))) {
                pages.awaitReady(READY_TIMEOUT);
                scraper.await();
                measureMonitor(FootprintState.SERVED, listen, monitor, agent, scraper::scrape);
            }
        }
    }

    private void measureMonitor(
            FootprintState state,
            Duration listen,
            StartedProcess monitor,
            MonitorConnection agent,
            ProcessWorkload work)
            throws HarnessException, MonitorConnectionException, IOException, InterruptedException {
        ProcessWorkload round =
                () -> {
                    agent.send(new HealthCheck(agent.nextId()));
                    if (agent.receive(ANSWER_TIMEOUT) == null)
                        throw new HarnessException("the monitor does not answer");
                    work.run();
                };
        add(
                FootprintSubject.MONITOR,
                state,
                listen,
                size(List.of(payload.folder())),
                monitor,
                round);
    }

    private void measure(NodeExporter node)
            throws HarnessException, MonitorConnectionException, IOException, InterruptedException {
        int port = FreePorts.once();
        Duration listen = median(() -> node.start(port));
        long installed = size(List.of(node.program()));
        try (StartedProcess process = node.start(port)) {
            add(
                    FootprintSubject.NODE_EXPORTER,
                    FootprintState.CALM,
                    listen,
                    installed,
                    process,
                    () -> {});
        }
        try (StartedProcess process = node.start(port);
                var scraper = PageScraper.of(List.of(port))) {
            add(
                    FootprintSubject.NODE_EXPORTER,
                    FootprintState.SERVED,
                    listen,
                    installed,
                    process,
                    scraper::scrape);
        }
    }

    private StartedProcess monitor(FootprintSetup setup, List<String> flags)
            throws HarnessException, InterruptedException {
        var command = new ArrayList<>(payload.command());
        command.addAll(List.of("--addr", "127.0.0.1:0", "--cgroup", setup.cgroup.toString()));
        command.addAll(List.of("--metrics.host-addr", "127.0.0.1:" + setup.host));
        command.addAll(List.of("--metrics.cache-addr", "127.0.0.1:" + setup.cache));
        command.addAll(flags);
        return StartedProcess.run(command, Payload.ENVIRONMENT, line -> line.startsWith(GREETING));
    }

    private static HostPort address(StartedProcess monitor) {
        String text = monitor.line().substring(GREETING.length());
        int colon = text.lastIndexOf(':');
        return new HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private interface ProcessStarter {
        StartedProcess run() throws HarnessException, InterruptedException;
    }

    /// Returns the median start time. The first start is not counted: it reads the program's files
    /// into the page cache.
    private Duration median(ProcessStarter start) throws HarnessException, InterruptedException {
        start.run().close();
        var durations = new ArrayList<Duration>();
        for (int i = 0; i < plan.starts(); i++) {
            stop.check();
            try (StartedProcess started = start.run()) {
                durations.add(started.after());
            }
        }
        return durations.stream().sorted().toList().get(durations.size() / 2);
    }

    private interface ProcessWorkload {
        void run() throws HarnessException, MonitorConnectionException, InterruptedException;
    }

    /// @param round workload that is repeated while the process is observed
    private void add(
            FootprintSubject what,
            FootprintState state,
            Duration listen,
            long installed,
            StartedProcess started,
            ProcessWorkload round)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        // The first round has costs that later rounds do not have.
        round.run();
        Thread.sleep(ROUND);
        long begun = System.nanoTime();
        Duration before = cpu(started.process());
        while (System.nanoTime() - begun < plan.watch().toNanos()) {
            stop.check();
            round.run();
            Thread.sleep(ROUND);
        }
        double elapsed = System.nanoTime() - begun;
        double percent = 100 * (cpu(started.process()).minus(before).toNanos() / elapsed);
        ProcessMemory memory = ProcessMemory.of(started.process().pid());
        rows.accept(new FootprintBenchRow(what, state, memory, percent, listen, installed));
    }

    private static Duration cpu(Process process) throws HarnessException {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new HarnessException("the process ended"));
    }

    private static long size(List<Path> roots) throws IOException {
        long size = 0;
        for (Path root : roots) {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path file : (Iterable<Path>) all::iterator)
                    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                        size += Files.size(file);
            }
        }
        return size;
    }
}
