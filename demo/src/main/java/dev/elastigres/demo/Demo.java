package dev.elastigres.demo;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.agent.monitor.MonitorLink;
import dev.elastigres.demo.Happening.HandshakeDone;
import dev.elastigres.demo.Happening.MachineMade;
import dev.elastigres.demo.Happening.MonitorStarted;
import dev.elastigres.demo.Happening.PostgresStarted;
import dev.elastigres.demo.Happening.Preparing;
import dev.elastigres.demo.Happening.Staying;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorProcess;
import dev.elastigres.testbed.Distribution;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.ServerOptions;
import dev.elastigres.testbed.TestbedException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The demo from its start to its end: starts every part in order, lets the story be told, closes
/// every part in reverse.
final class Demo {
    private static final Duration READY_LIMIT = Duration.ofSeconds(15);

    private final Script script;
    private final Journal journal = new Journal();
    private final Story story;

    /// @param keep whether all stays as it is after the story, until [#stop]
    Demo(Script script, View view, boolean keep) {
        this.script = script;
        story = new Story(script, view, journal, keep);
    }

    /// Makes [#run] clean up and end. Any thread may call it.
    void stop() {
        story.stop();
    }

    /// Nothing is left of the demo when this returns or throws.
    ///
    /// @throws DemoException when something did not happen
    /// @throws StoppedException when it was stopped before the story's end
    Summary run() throws DemoException, StoppedException, InterruptedException {
        try (var folder = DemoFolder.create()) {
            story.tell(new Preparing("an embedded Postgres (unpacked once, the first time)"));
            String password = password();
            try (var postgres = PostgresServer.start(options(password))) {
                return run(folder, new Database(postgres, password));
            } catch (TestbedException e) {
                throw new DemoException("Postgres cannot be run", e);
            }
        }
    }

    private static String password() {
        var bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// With a password: others on this machine can reach the port, too.
    private static ServerOptions options(String password) throws TestbedException {
        return ServerOptions.of(Distribution.embedded()).withPassword(password);
    }

    private Summary run(DemoFolder folder, Database database)
            throws DemoException, StoppedException, InterruptedException {
        PostgresServer server = database.server();
        story.tell(
                new PostgresStarted(
                        server.distribution().name(), server.pid(), server.host(), server.port()));
        var machine = new Machine(folder.meminfo(), script.agent().scale());
        int units = machine.units();
        story.tell(new MachineMade(script.agent().scale().memory(units), units, machine.meminfo()));
        folder.writePassword(database.passwordLine());

        story.tell(new Preparing("the monitor"));
        try (var monitor = startMonitor(folder, database);
                var pages = new MonitorPages(monitor.address())) {
            story.tell(
                    new MonitorStarted(monitor.pid(), monitor.address().toString(), monitor.log()));
            pages.awaitReady(READY_LIMIT);
            return run(folder, database, machine, monitor, pages);
        } catch (LinkException e) {
            throw new DemoException("the monitor cannot be run", e);
        }
    }

    private static MonitorProcess startMonitor(DemoFolder folder, Database database)
            throws LinkException, InterruptedException {
        var flags =
                List.of(
                        "--pgdata",
                        database.server().dataDirectory().toString(),
                        "--path.meminfo",
                        folder.meminfo().toString(),
                        "--pgconnstr",
                        database.connectionString());
        var environment = Map.of("PGPASSFILE", folder.passwordFile().toString());
        return MonitorProcess.start(folder.monitorLog(), flags, environment);
    }

    private Summary run(
            DemoFolder folder,
            Database database,
            Machine machine,
            MonitorProcess monitor,
            MonitorPages pages)
            throws DemoException, StoppedException, InterruptedException, LinkException {
        try (var memory = MemoryProbe.start(database.server().dataDirectory());
                var link = MonitorLink.open(monitor.address());
                var crew = new Crew(journal)) {
            story.tell(new HandshakeDone(link.version()));
            var agent = new Agent(script.agent(), link, machine, memory, journal);
            var follower = new Follower(pages, database, memory, journal);
            var load = new Load(database, script, memory, journal);
            crew.start("agent", agent::run);
            crew.start("follower", follower::run);
            return story.play(
                    new Story.Stage(memory, machine, follower, load, crew, monitor),
                    staying(folder, database, monitor));
        }
    }

    private static Staying staying(DemoFolder folder, Database database, MonitorProcess monitor) {
        return new Staying(
                "PGPASSFILE=%s psql '%s'"
                        .formatted(folder.passwordFile(), database.connectionString()),
                "curl http://%s/status".formatted(monitor.address()),
                monitor.log(),
                ProcessHandle.current().pid());
    }
}
