package dev.elastigres.bench.soak;

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
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import dev.elastigres.testbed.TestbedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs a monitor through a compressed long life: agents connect, exchange messages and
/// disconnect, Postgres restarts, and its cgroup is recreated, many times. The process must hold
/// the same resources at the end as at the beginning.
final class SoakBench {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration SETTLE_PAUSE = Duration.ofSeconds(5);
    private static final Bytes MACHINE = Bytes.ofGibibytes(8);
    /// Every how many messages one resizes the machine, and with it Postgres' cache.
    private static final int MESSAGES_A_RESIZE = 50;

    private static final int WARM_UP_ROUNDS = 2;

    private final SoakBenchPlan plan;
    private final StopRequest stop;

    private final SoakCount messages = new SoakCount("messages");
    private final SoakCount reconnects = new SoakCount("reconnects");
    private final SoakCount restarts = new SoakCount("postgres_restarts");
    private final SoakCount cgroups = new SoakCount("cgroups");

    /// Counts attempts and failures.
    private static final class SoakCount {
        private final String what;
        private int done;
        private int lost;

        SoakCount(String what) {
            this.what = what;
        }

        void add(boolean sound) {
            done++;
            if (!sound) lost++;
        }

        SoakBenchRow row() {
            return new SoakBenchRow.Done(what, done, lost);
        }
    }

    /// The monitor under test and its environment.
    private record SoakSetup(
            FakeMachine machine,
            PostgresServer postgres,
            MonitorProcess monitor,
            MonitorPages pages) {}

    SoakBench(SoakBenchPlan plan, StopRequest stop) {
        this.plan = plan;
        this.stop = stop;
    }

    /// Runs the benchmark. Everything is removed when this returns or throws.
    List<SoakBenchRow> run() throws HarnessException, InterruptedException {
        try (var machine = FakeMachine.create(MACHINE, usage(0));
                var postgres =
                        PostgresServer.start(
                                PostgresServerOptions.of(PostgresPrograms.embedded()));
                var monitor = startMonitor(machine, postgres);
                var pages = new MonitorPages(monitor.address())) {
            pages.awaitReady(READY_TIMEOUT);
            var setup = new SoakSetup(machine, postgres, monitor, pages);
            // The first rounds load classes and fill pools.
            for (int i = 0; i < WARM_UP_ROUNDS; i++) round(setup, i % plan.rounds());
            ProcessResources before = settled(monitor);
            for (int i = 0; i < plan.rounds(); i++) round(setup, i);
            return rows(before, monitor);
        } catch (MonitorConnectionException e) {
            throw new HarnessException("the monitor cannot be reached any more", e);
        } catch (TestbedException e) {
            throw new HarnessException("cannot start Postgres", e);
        }
    }

    private static MonitorProcess startMonitor(FakeMachine machine, PostgresServer postgres)
            throws MonitorConnectionException, InterruptedException {
        var flags = new ArrayList<>(machine.flags());
        flags.addAll(List.of("--pgconnstr", postgres.connectionString()));
        flags.addAll(List.of("--memory-sample-interval", "10ms"));
        flags.addAll(List.of("--postgres-backoff-max", "200ms"));
        flags.addAll(List.of("--postgres-probe-interval", "200ms"));
        return MonitorProcess.start(machine.log("monitor"), flags, Map.of());
    }

    private void round(SoakSetup setup, int round)
            throws HarnessException,
                    MonitorConnectionException,
                    TestbedException,
                    InterruptedException {
        MonitorConnection link = MonitorConnection.open(setup.monitor.address());
        try {
            for (int i = plan.share(plan.reconnects(), round); i > 0; i--) {
                stop.check();
                link = reconnect(setup, link);
            }
            for (int i = plan.share(plan.messages(), round); i > 0; i--) {
                stop.check();
                messages.add(ask(link, message(link, i)));
            }
            if (plan.share(plan.cgroups(), round) > 0) cgroups.add(isFollowed(setup, round));
            if (plan.share(plan.restarts(), round) > 0) restarts.add(isSurvived(setup, link));
        } finally {
            link.close();
        }
    }

    /// Opens a session that replaces the old one. Every second time, the old one is closed first.
    private MonitorConnection reconnect(SoakSetup setup, MonitorConnection old)
            throws MonitorConnectionException, InterruptedException {
        boolean first = reconnects.done % 2 == 0;
        if (first) old.close();
        MonitorConnection link = MonitorConnection.open(setup.monitor.address());
        if (!first) old.close();
        reconnects.add(ask(link, new HealthCheck(link.nextId())));
        return link;
    }

    private static AgentMessage message(MonitorConnection link, int i) {
        long id = link.nextId();
        if (i % MESSAGES_A_RESIZE != 0) return new HealthCheck(id);
        var size = new Resources(1, Bytes.ofMebibytes(2048 + i / MESSAGES_A_RESIZE % 16 * 128));
        return i / MESSAGES_A_RESIZE % 2 == 0
                ? new UpscaleNotification(id, size)
                : new DownscaleRequest(id, size);
    }

    /// Sends a message. Returns whether the expected answer came.
    private static boolean ask(MonitorConnection link, AgentMessage message)
            throws MonitorConnectionException, InterruptedException {
        link.send(message);
        while (true) {
            ReceivedMessage answer = link.receive(ANSWER_TIMEOUT);
            if (answer == null) return false;
            if (answer.message() instanceof MonitorMessage.UpscaleRequest) continue;
            return answer.message().id() == message.id()
                    && switch (answer.message()) {
                        case MonitorMessage.HealthCheck _ -> message instanceof HealthCheck;
                        case MonitorMessage.UpscaleConfirmation _ ->
                                message instanceof UpscaleNotification;
                        case MonitorMessage.DownscaleResult _ ->
                                message instanceof DownscaleRequest;
                        case MonitorMessage.UpscaleRequest _,
                                MonitorMessage.InvalidMessage _,
                                MonitorMessage.InternalError _ ->
                                false;
                    };
        }
    }

    /// Returns whether the monitor sees the old cgroup's removal and then the new cgroup's usage.
    private boolean isFollowed(SoakSetup setup, int round)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        setup.machine.removeCgroup();
        boolean gone = isSeen(setup.pages, "state", "\"unreadable\"");
        Bytes usage = usage(round + 1);
        setup.machine.makeCgroup(usage);
        boolean there = isSeen(setup.pages, "average_bytes", Long.toString(usage.value()));
        return gone && there;
    }

    private boolean isSeen(MonitorPages pages, String field, String value)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            stop.check();
            if (pages.status().get("usage").orElse(null) instanceof Json.Obj usage
                    && usage.get(field).map(SoakBench::plain).orElse("").equals(value)) return true;
            Thread.sleep(LOOK_AGAIN);
        }
        return false;
    }

    private static String plain(Json value) {
        return switch (value) {
            case Json.Num(String text) -> text;
            case Json.Str(String text) -> '"' + text + '"';
            default -> "";
        };
    }

    /// Returns a usage that differs from round to round and stays far below every threshold.
    private static Bytes usage(int round) {
        return Bytes.ofMebibytes(64 + round % 64);
    }

    /// Returns whether the session survives a restart of Postgres and resizes work again.
    private static boolean isSurvived(SoakSetup setup, MonitorConnection link)
            throws MonitorConnectionException, TestbedException, InterruptedException {
        setup.postgres.restart();
        boolean healthy = ask(link, new HealthCheck(link.nextId()));
        setup.pages.awaitReady(READY_TIMEOUT);
        var size = new Resources(1, Bytes.ofGibibytes(4));
        boolean confirmed = ask(link, new UpscaleNotification(link.nextId(), size));
        return healthy && confirmed;
    }

    private List<SoakBenchRow> rows(ProcessResources before, MonitorProcess monitor)
            throws HarnessException, InterruptedException {
        var rows =
                new ArrayList<SoakBenchRow>(
                        List.of(messages.row(), reconnects.row(), restarts.row(), cgroups.row()));
        long deadline = System.nanoTime() + SETTLE_TIMEOUT.toNanos();
        List<SoakBenchRow.Growth> growth = ProcessResources.of(monitor.pid()).since(before);
        // Thread pools release their threads after some time.
        while (!growth.stream().allMatch(SoakBenchRow.Growth::isSound)
                && System.nanoTime() - deadline < 0) {
            Thread.sleep(SETTLE_PAUSE);
            growth = ProcessResources.of(monitor.pid()).since(before);
        }
        rows.addAll(growth);
        return rows;
    }

    /// Returns the second reading, because the first one makes the process load the classes that
    /// reading needs.
    private static ProcessResources settled(MonitorProcess monitor)
            throws HarnessException, InterruptedException {
        var _ = ProcessResources.of(monitor.pid());
        return ProcessResources.of(monitor.pid());
    }
}
