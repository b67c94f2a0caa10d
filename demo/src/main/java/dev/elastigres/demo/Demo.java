package dev.elastigres.demo;

import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.demo.DemoEvent.HandshakeDone;
import dev.elastigres.demo.DemoEvent.KeptRunning;
import dev.elastigres.demo.DemoEvent.MachineCreated;
import dev.elastigres.demo.DemoEvent.MonitorStarted;
import dev.elastigres.demo.DemoEvent.PostgresStarted;
import dev.elastigres.demo.DemoEvent.Preparing;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorProcess;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import dev.elastigres.testbed.TestbedException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The demo from start to end: starts every part in order, plays the scenario, closes the parts in
/// reverse order.
final class Demo {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(15);

    private final DemoScript script;
    private final EventJournal journal = new EventJournal();
    private final DemoScenario scenario;

    /// @param keep whether everything keeps running after the scenario, until [#stop]
    Demo(DemoScript script, DemoView view, boolean keep) {
        this.script = script;
        scenario = new DemoScenario(script, view, journal, keep);
    }

    /// Makes [#run] clean up and end. Thread-safe.
    void stop() {
        scenario.stop();
    }

    /// Runs the demo. Everything is removed when this returns or throws.
    ///
    /// @throws DemoException if something failed
    /// @throws StoppedException if the demo was stopped before its end
    DemoSummary run() throws DemoException, StoppedException, InterruptedException {
        try (var folder = DemoFolder.create()) {
            scenario.report(new Preparing("an embedded Postgres (unpacked once, the first time)"));
            String password = password();
            try (var postgres = PostgresServer.start(options(password))) {
                return run(folder, new DemoDatabase(postgres, password));
            } catch (TestbedException e) {
                throw new DemoException("cannot start Postgres", e);
            }
        }
    }

    private static String password() {
        var bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// Sets a password, because other users of this machine can reach the port.
    private static PostgresServerOptions options(String password) throws TestbedException {
        return PostgresServerOptions.of(PostgresPrograms.embedded()).withPassword(password);
    }

    private DemoSummary run(DemoFolder folder, DemoDatabase database)
            throws DemoException, StoppedException, InterruptedException {
        PostgresServer server = database.server();
        scenario.report(
                new PostgresStarted(
                        server.distribution().name(), server.pid(), server.host(), server.port()));
        var machine = new DemoMachine(folder.meminfo(), script.agent().scale());
        int units = machine.units();
        scenario.report(
                new MachineCreated(script.agent().scale().memory(units), units, machine.meminfo()));
        folder.writePassword(database.passwordLine());

        scenario.report(new Preparing("the monitor"));
        try (var monitor = startMonitor(folder, database);
                var pages = new MonitorPages(monitor.address())) {
            scenario.report(
                    new MonitorStarted(monitor.pid(), monitor.address().toString(), monitor.log()));
            pages.awaitReady(READY_TIMEOUT);
            return run(folder, database, machine, monitor, pages);
        } catch (MonitorConnectionException e) {
            throw new DemoException("cannot start the monitor", e);
        }
    }

    private static MonitorProcess startMonitor(DemoFolder folder, DemoDatabase database)
            throws MonitorConnectionException, InterruptedException {
        var flags =
                List.of(
                        "--pgdata",
                        database.server().dataDirectory().toString(),
                        "--path.meminfo",
                        folder.meminfo().toString(),
                        "--pgconnstr",
                        database.connectionString(),
                        // The demo shows each change within its minute.
                        "--cache-reload-delay",
                        "0s");
        var environment = Map.of("PGPASSFILE", folder.passwordFile().toString());
        return MonitorProcess.start(folder.monitorLog(), flags, environment);
    }

    private DemoSummary run(
            DemoFolder folder,
            DemoDatabase database,
            DemoMachine machine,
            MonitorProcess monitor,
            MonitorPages pages)
            throws DemoException,
                    StoppedException,
                    InterruptedException,
                    MonitorConnectionException {
        try (var memory = MemoryProbe.start(database.server().dataDirectory());
                var link = MonitorConnection.open(monitor.address());
                var workers = new DemoWorkers(journal)) {
            scenario.report(new HandshakeDone(link.version()));
            var agent = new DemoAgent(script.agent(), link, machine, memory, journal);
            var follower = new MonitorFollower(pages, database, memory, journal);
            var load = new QueryLoad(database, script, memory, journal);
            workers.start("agent", agent::run);
            workers.start("follower", follower::run);
            return scenario.play(
                    new DemoScenario.DemoParticipants(
                            memory, machine, follower, load, workers, monitor),
                    staying(folder, database, monitor));
        }
    }

    private static KeptRunning staying(
            DemoFolder folder, DemoDatabase database, MonitorProcess monitor) {
        return new KeptRunning(
                "PGPASSFILE=%s psql '%s'"
                        .formatted(folder.passwordFile(), database.connectionString()),
                "curl http://%s/status".formatted(monitor.address()),
                monitor.log(),
                ProcessHandle.current().pid());
    }
}
