package dev.elastigres.bench.footprint;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.agent.monitor.MonitorLink;
import dev.elastigres.bench.footprint.FootprintRow.State;
import dev.elastigres.bench.footprint.FootprintRow.What;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.distribution.Payload;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.MadeUpCgroup;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.Scraper;
import dev.elastigres.harness.Started;
import dev.elastigres.harness.Stop;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.testbed.Distribution;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.ServerOptions;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.vm.state.FileTrees;
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

/// What the packaged monitor costs, beside a JVM that does nothing and beside an exporter. One
/// process at a time, so that none shares its memory with another.
final class Footprint {
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    /// Between two health checks of an agent, and between two scrapes.
    private static final Duration ROUND = Duration.ofSeconds(5);

    /// What every monitor here is told.
    ///
    /// @param host port for the machine's metrics
    /// @param cache port for the cache's
    private record Bed(Path cgroup, int host, int cache) {}

    private static final String GREETING = "listening on ";

    private final FootprintPlan plan;
    private final Payload payload;
    private final Optional<NodeExporter> exporter;
    private final Consumer<FootprintRow> rows;
    private final Stop stop;

    /// @param rows takes each row as soon as it is there
    Footprint(
            FootprintPlan plan,
            Payload payload,
            Optional<NodeExporter> exporter,
            Consumer<FootprintRow> rows,
            Stop stop) {
        this.plan = plan;
        this.payload = payload;
        this.exporter = exporter;
        this.rows = rows;
        this.stop = stop;
    }

    /// Nothing is left of it when this returns or throws.
    void run() throws BenchException, InterruptedException {
        try {
            Path folder = Files.createTempDirectory("elastigres-footprint-");
            OrphanReaper.watch(folder);
            try {
                measureAll(folder);
            } finally {
                FileTrees.delete(folder);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new BenchException("cannot keep what is measured with", e);
        } catch (LinkException e) {
            throw new BenchException("the monitor cannot be measured", e);
        } catch (TestbedException e) {
            throw new BenchException("no Postgres to measure with", e);
        }
    }

    private void measureAll(Path folder)
            throws BenchException,
                    LinkException,
                    TestbedException,
                    IOException,
                    InterruptedException {
        var bare = BareJvm.in(folder, payload);
        Duration start = median(bare::start);
        try (Started jvm = bare.start()) {
            add(What.BARE_JVM, State.CALM, start, size(bare.files()), jvm, () -> {});
        }
        Path cgroup = MadeUpCgroup.create(folder.resolve("postgres")).folder();
        var bed = new Bed(cgroup, Scraper.freePort(), Scraper.freePort());
        Duration listen = median(() -> monitor(bed, List.of()));
        measureCalm(bed, listen);
        measureServed(bed, listen);
        if (exporter.isPresent()) measure(exporter.get());
    }

    private void measureCalm(Bed bed, Duration listen)
            throws BenchException, LinkException, IOException, InterruptedException {
        try (Started monitor = monitor(bed, List.of());
                var agent = MonitorLink.open(address(monitor))) {
            measureMonitor(State.CALM, listen, monitor, agent, () -> {});
        }
    }

    private void measureServed(Bed bed, Duration listen)
            throws BenchException,
                    LinkException,
                    TestbedException,
                    IOException,
                    InterruptedException {
        try (var postgres = PostgresServer.start(ServerOptions.of(Distribution.embedded()))) {
            String server =
                    "host=%s port=%d user=%s dbname=postgres sslmode=disable"
                            .formatted(
                                    postgres.socketFolder(), postgres.port(), postgres.superuser());
            var flags = List.of("--pgconnstr", server);
            try (Started monitor = monitor(bed, flags);
                    var pages = new MonitorPages(address(monitor));
                    var agent = MonitorLink.open(address(monitor));
                    var scraper = Scraper.of(List.of(bed.host, bed.cache))) {
                pages.awaitReady(READY_LIMIT);
                scraper.await();
                measureMonitor(State.SERVED, listen, monitor, agent, scraper::scrape);
            }
        }
    }

    private void measureMonitor(
            State state, Duration listen, Started monitor, MonitorLink agent, Work work)
            throws BenchException, LinkException, IOException, InterruptedException {
        Work round =
                () -> {
                    agent.send(new HealthCheck(agent.nextId()));
                    if (agent.receive(ANSWER_LIMIT) == null)
                        throw new BenchException("the monitor does not answer");
                    work.run();
                };
        add(What.MONITOR, state, listen, size(List.of(payload.folder())), monitor, round);
    }

    private void measure(NodeExporter node)
            throws BenchException, LinkException, IOException, InterruptedException {
        int port = Scraper.freePort();
        Duration listen = median(() -> node.start(port));
        long installed = size(List.of(node.program()));
        try (Started process = node.start(port)) {
            add(What.NODE_EXPORTER, State.CALM, listen, installed, process, () -> {});
        }
        try (Started process = node.start(port);
                var scraper = Scraper.of(List.of(port))) {
            add(What.NODE_EXPORTER, State.SERVED, listen, installed, process, scraper::scrape);
        }
    }

    private Started monitor(Bed bed, List<String> flags)
            throws BenchException, InterruptedException {
        var command = new ArrayList<>(payload.command());
        command.addAll(List.of("--addr", "127.0.0.1:0", "--cgroup", bed.cgroup.toString()));
        command.addAll(List.of("--metrics.host-addr", "127.0.0.1:" + bed.host));
        command.addAll(List.of("--metrics.cache-addr", "127.0.0.1:" + bed.cache));
        command.addAll(flags);
        return Started.run(command, Payload.ENVIRONMENT, line -> line.startsWith(GREETING));
    }

    private static HostPort address(Started monitor) {
        String text = monitor.line().substring(GREETING.length());
        int colon = text.lastIndexOf(':');
        return new HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private interface Start {
        Started run() throws BenchException, InterruptedException;
    }

    /// The first start, which brings its files into memory, is not counted.
    private Duration median(Start start) throws BenchException, InterruptedException {
        start.run().close();
        var durations = new ArrayList<Duration>();
        for (int i = 0; i < plan.starts(); i++) {
            stop.check();
            try (Started started = start.run()) {
                durations.add(started.after());
            }
        }
        return durations.stream().sorted().toList().get(durations.size() / 2);
    }

    private interface Work {
        void run() throws BenchException, LinkException, InterruptedException;
    }

    /// @param round done again and again while the process is watched
    private void add(
            What what, State state, Duration listen, long installed, Started started, Work round)
            throws BenchException, LinkException, InterruptedException {
        // What is done for the first time is not what it costs to go on.
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
        Memory memory = Memory.of(started.process().pid());
        rows.accept(new FootprintRow(what, state, memory, percent, listen, installed));
    }

    private static Duration cpu(Process process) throws BenchException {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new BenchException("the process ended"));
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
