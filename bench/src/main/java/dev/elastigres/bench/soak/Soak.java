package dev.elastigres.bench.soak;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.agent.monitor.MonitorLink;
import dev.elastigres.agent.monitor.MonitorLink.Received;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorProcess;
import dev.elastigres.harness.Stop;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.testbed.Distribution;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.ServerOptions;
import dev.elastigres.testbed.TestbedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A long life of a monitor in a short time: agents come, talk and go, Postgres restarts, its
/// cgroup is made anew, again and again. At its end the process holds what it held at its
/// beginning.
final class Soak {
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration SETTLE_PAUSE = Duration.ofSeconds(5);
    private static final Bytes MACHINE = Bytes.ofGibibytes(8);
    /// Every so many messages one changes the machine's size, and Postgres' cache with it.
    private static final int MESSAGES_A_RESIZE = 50;

    private static final int WARM_UP_ROUNDS = 2;

    private final SoakPlan plan;
    private final Stop stop;

    private final Count messages = new Count("messages");
    private final Count reconnects = new Count("reconnects");
    private final Count restarts = new Count("postgres_restarts");
    private final Count cgroups = new Count("cgroups");

    /// How often something was done, and how often in vain.
    private static final class Count {
        private final String what;
        private int done;
        private int lost;

        Count(String what) {
            this.what = what;
        }

        void add(boolean sound) {
            done++;
            if (!sound) lost++;
        }

        SoakRow row() {
            return new SoakRow.Done(what, done, lost);
        }
    }

    /// What is under test and around it.
    private record Bed(
            SoakMachine machine,
            PostgresServer postgres,
            MonitorProcess monitor,
            MonitorPages pages) {}

    Soak(SoakPlan plan, Stop stop) {
        this.plan = plan;
        this.stop = stop;
    }

    /// Nothing is left of it when this returns or throws.
    List<SoakRow> run() throws BenchException, InterruptedException {
        try (var machine = SoakMachine.create(MACHINE, usage(0));
                var postgres = PostgresServer.start(ServerOptions.of(Distribution.embedded()));
                var monitor = startMonitor(machine, postgres);
                var pages = new MonitorPages(monitor.address())) {
            pages.awaitReady(READY_LIMIT);
            var bed = new Bed(machine, postgres, monitor, pages);
            // The first times of everything load classes and fill pools.
            for (int i = 0; i < WARM_UP_ROUNDS; i++) round(bed, i % plan.rounds());
            Holdings before = settled(monitor);
            for (int i = 0; i < plan.rounds(); i++) round(bed, i);
            return rows(before, monitor);
        } catch (LinkException e) {
            throw new BenchException("the monitor cannot be reached any more", e);
        } catch (TestbedException e) {
            throw new BenchException("no Postgres to soak with", e);
        }
    }

    private static MonitorProcess startMonitor(SoakMachine machine, PostgresServer postgres)
            throws LinkException, InterruptedException {
        String server =
                "host=%s port=%d user=%s dbname=postgres sslmode=disable"
                        .formatted(postgres.host(), postgres.port(), postgres.superuser());
        var flags = new ArrayList<>(machine.flags());
        flags.addAll(List.of("--pgconnstr", server));
        flags.addAll(List.of("--memory-sample-interval", "10ms"));
        flags.addAll(List.of("--postgres-retry-longest", "200ms"));
        flags.addAll(List.of("--postgres-probe-interval", "200ms"));
        return MonitorProcess.start(machine.log(), flags, Map.of());
    }

    private void round(Bed bed, int round)
            throws BenchException, LinkException, TestbedException, InterruptedException {
        MonitorLink link = MonitorLink.open(bed.monitor.address());
        try {
            for (int i = plan.share(plan.reconnects(), round); i > 0; i--) {
                stop.check();
                link = reconnect(bed, link);
            }
            for (int i = plan.share(plan.messages(), round); i > 0; i--) {
                stop.check();
                messages.add(ask(link, message(link, i)));
            }
            if (plan.share(plan.cgroups(), round) > 0) cgroups.add(isFollowed(bed, round));
            if (plan.share(plan.restarts(), round) > 0) restarts.add(isSurvived(bed, link));
        } finally {
            link.close();
        }
    }

    /// The newer session replaces the older, which sometimes is gone before.
    private MonitorLink reconnect(Bed bed, MonitorLink old)
            throws LinkException, InterruptedException {
        boolean first = reconnects.done % 2 == 0;
        if (first) old.close();
        MonitorLink link = MonitorLink.open(bed.monitor.address());
        if (!first) old.close();
        reconnects.add(ask(link, new HealthCheck(link.nextId())));
        return link;
    }

    private static AgentMessage message(MonitorLink link, int i) {
        long id = link.nextId();
        if (i % MESSAGES_A_RESIZE != 0) return new HealthCheck(id);
        var size = new Resources(1, Bytes.ofMebibytes(2048 + i / MESSAGES_A_RESIZE % 16 * 128));
        return i / MESSAGES_A_RESIZE % 2 == 0
                ? new UpscaleNotification(id, size)
                : new DownscaleRequest(id, size);
    }

    /// Whether it was answered, by what it should be.
    private static boolean ask(MonitorLink link, AgentMessage message)
            throws LinkException, InterruptedException {
        link.send(message);
        while (true) {
            Received answer = link.receive(ANSWER_LIMIT);
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

    /// Whether the new cgroup's usage is seen after the old one's is known to be gone.
    private boolean isFollowed(Bed bed, int round)
            throws BenchException, LinkException, InterruptedException {
        bed.machine.removeCgroup();
        boolean gone = isSeen(bed.pages, "state", "\"unreadable\"");
        Bytes usage = usage(round + 1);
        bed.machine.makeCgroup(usage);
        boolean there = isSeen(bed.pages, "average_bytes", Long.toString(usage.value()));
        return gone && there;
    }

    private boolean isSeen(MonitorPages pages, String field, String value)
            throws BenchException, LinkException, InterruptedException {
        long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            stop.check();
            if (pages.status().get("usage").orElse(null) instanceof Json.Obj usage
                    && usage.get(field).map(Soak::plain).orElse("").equals(value)) return true;
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

    /// Never the same twice in a row, and far below every threshold.
    private static Bytes usage(int round) {
        return Bytes.ofMebibytes(64 + round % 64);
    }

    /// Whether the same session goes on, and sizes follow again.
    private static boolean isSurvived(Bed bed, MonitorLink link)
            throws LinkException, TestbedException, InterruptedException {
        bed.postgres.restart();
        boolean healthy = ask(link, new HealthCheck(link.nextId()));
        bed.pages.awaitReady(READY_LIMIT);
        var size = new Resources(1, Bytes.ofGibibytes(4));
        boolean confirmed = ask(link, new UpscaleNotification(link.nextId(), size));
        return healthy && confirmed;
    }

    private List<SoakRow> rows(Holdings before, MonitorProcess monitor)
            throws BenchException, InterruptedException {
        var rows =
                new ArrayList<SoakRow>(
                        List.of(messages.row(), reconnects.row(), restarts.row(), cgroups.row()));
        long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
        List<SoakRow.Growth> growth = Holdings.of(monitor.pid()).since(before);
        // Pools let go of their threads after a while.
        while (!growth.stream().allMatch(SoakRow.Growth::isSound)
                && System.nanoTime() - deadline < 0) {
            Thread.sleep(SETTLE_PAUSE);
            growth = Holdings.of(monitor.pid()).since(before);
        }
        rows.addAll(growth);
        return rows;
    }

    /// The second look: the first one has the process load what looking needs.
    private static Holdings settled(MonitorProcess monitor)
            throws BenchException, InterruptedException {
        var _ = Holdings.of(monitor.pid());
        return Holdings.of(monitor.pid());
    }
}
