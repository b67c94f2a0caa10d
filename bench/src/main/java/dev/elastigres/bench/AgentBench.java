package dev.elastigres.bench;

import dev.elastigres.agent.worker.Fleet;
import dev.elastigres.agent.worker.Pace;
import dev.elastigres.agent.worker.Quiet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.agent.worker.VmView;
import dev.elastigres.bench.AgentRow.Life;
import dev.elastigres.bench.measure.Row;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.Stop;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What an agent costs that has many VMs, and how soon it acts. The agent's workers are in this
/// process, the monitors of all VMs in another; between them are the sockets of loopback.
final class AgentBench {
    private static final int WARM_UP = 20;
    private static final Duration UP_LIMIT = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration TELL = Duration.ofSeconds(5);

    /// How long the last growth may be on its way.
    private static final Duration GROWTH_LIMIT = Duration.ofSeconds(10);

    private static final VmRules RULES =
            new VmRules(Crowd.UNIT, Optional.empty(), Optional.empty(), Rules.ELASTIGRES);

    private final AgentPlan plan;
    private final Consumer<Row> rows;
    private final Consumer<String> progress;
    private final Stop stop;

    /// @param rows takes each row as soon as it is there
    /// @param progress takes lines for a person who waits
    /// @param stop heard between the steps
    AgentBench(AgentPlan plan, Consumer<Row> rows, Consumer<String> progress, Stop stop) {
        this.plan = plan;
        this.rows = rows;
        this.progress = progress;
        this.stop = stop;
    }

    /// Nothing is left of it when this returns or throws.
    void run() throws BenchException, InterruptedException {
        Held before = warmedUp();
        for (int vms : plan.crowds()) {
            progress.accept(vms + " VMs: the sessions alone");
            try (var peers = Peers.start(vms)) {
                rows.accept(bare(peers, before));
                rows.accept(agent(peers, before));
            }
        }
    }

    /// What is held once all that VMs share is loaded.
    private Held warmedUp() throws BenchException, InterruptedException {
        progress.accept("warming up");
        try (var peers = Peers.start(WARM_UP)) {
            bare(peers, Held.now());
            try (var fleet = fleet(new Crowd(peers.doors(), plan.mostUnits(WARM_UP)))) {
                fleet.start();
                awaitUp(fleet, WARM_UP);
            }
        }
        return Held.now();
    }

    private AgentRow bare(Peers peers, Held before) throws BenchException, InterruptedException {
        stop.check();
        int vms = peers.doors().size();
        long begin = System.nanoTime();
        try (var _ = BareSessions.open(peers.doors())) {
            Duration up = since(begin);
            return new AgentRow(vms, up, Held.now().since(before, vms), Optional.empty(), load1());
        }
    }

    private AgentRow agent(Peers peers, Held before) throws BenchException, InterruptedException {
        stop.check();
        int vms = peers.doors().size();
        var crowd = new Crowd(peers.doors(), plan.mostUnits(vms));
        long begin = System.nanoTime();
        Duration up;
        Calm calm;
        Held.PerVm memory;
        Samples latencies;
        long closing;
        try (var first = fleet(crowd)) {
            first.start();
            awaitUp(first, vms);
            up = since(begin);
            calm = calm(first, peers);
            memory = Held.now().since(before, vms);
            latencies = latencies(crowd, peers);
            sound(first);
            progress.accept(vms + " VMs: the agent ends, and begins again");
            closing = System.nanoTime();
        }
        Duration close = since(closing);
        Duration again = again(crowd);
        var life = new Life(calm.cpu, calm.peersCpu, plan.events(), latencies, close, again);
        return new AgentRow(vms, up, memory, Optional.of(life), load1());
    }

    private Duration again(Crowd crowd) throws BenchException, InterruptedException {
        long begin = System.nanoTime();
        try (var second = fleet(crowd)) {
            second.start();
            awaitUp(second, crowd.find().size());
            Duration again = since(begin);
            sound(second);
            return again;
        }
    }

    /// What it logs is made and thrown away.
    private static Fleet fleet(Crowd crowd) {
        var log =
                Log.to(
                        OutputStream.nullOutputStream(),
                        LogFormat.JSON,
                        Level.INFO,
                        Clock.systemUTC());
        return new Fleet(crowd, new AllPermitted(), _ -> RULES, Pace.DEFAULT, Quiet.QUIET, log);
    }

    private void awaitUp(Fleet fleet, int vms) throws BenchException, InterruptedException {
        long begin = System.nanoTime();
        long tellAt = begin + TELL.toNanos();
        while (true) {
            stop.check();
            List<VmView> views = fleet.views();
            long there = views.stream().filter(it -> it.monitorVersion().isPresent()).count();
            if (there == vms) return;
            if (since(begin).compareTo(UP_LIMIT) > 0)
                throw new BenchException(
                        "%d of %d monitors have a session after %d s%s"
                                .formatted(there, vms, UP_LIMIT.toSeconds(), trouble(views)));
            if (System.nanoTime() - tellAt > 0) {
                progress.accept("%d of %d sessions are there".formatted(there, vms));
                tellAt += TELL.toNanos();
            }
            Thread.sleep(LOOK);
        }
    }

    private static String trouble(List<VmView> views) {
        return views.stream()
                .filter(it -> !it.troubles().isEmpty())
                .findFirst()
                .map(it -> ": " + it.name() + ": " + it.troubles())
                .orElse("");
    }

    /// A bug would make everything else cheap.
    private static void sound(Fleet fleet) throws BenchException {
        if (fleet.bugs() > 0)
            throw new BenchException("the agent has a bug%s".formatted(trouble(fleet.views())));
    }

    /// @param cpu percent of one core that the agent takes
    /// @param peersCpu percent of one core that the monitors take
    private record Calm(double cpu, double peersCpu) {}

    private Calm calm(Fleet fleet, Peers peers) throws BenchException, InterruptedException {
        int vms = peers.doors().size();
        progress.accept(vms + " VMs: calm for " + plan.calm().toSeconds() + " s");
        Thread.sleep(plan.settle());
        long self = ProcessHandle.current().pid();
        long begin = System.nanoTime();
        Duration agent = ProcessStat.cpuOf(self);
        Duration monitors = peers.cpu();
        Thread.sleep(plan.calm());
        Duration took = since(begin);
        var calm =
                new Calm(
                        percent(ProcessStat.cpuOf(self).minus(agent), took),
                        percent(peers.cpu().minus(monitors), took));
        sound(fleet);
        stop.check();
        return calm;
    }

    /// Requests for more at a steady pace, whatever becomes of the ones before.
    private Samples latencies(Crowd crowd, Peers peers)
            throws BenchException, InterruptedException {
        int vms = peers.doors().size();
        progress.accept(vms + " VMs: " + plan.events() + " requests for more");
        int step = Math.max(1, vms / plan.events());
        long begin = System.nanoTime();
        for (int i = 0; i < plan.events(); i++) {
            stop.check();
            long rest = begin + plan.gap().toNanos() * i - System.nanoTime();
            if (rest > 0) Thread.sleep(Duration.ofNanos(rest));
            peers.askForMore(i * step % vms);
        }
        return settled(crowd, peers);
    }

    private Samples settled(Crowd crowd, Peers peers) throws BenchException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            Samples samples = Asks.latencies(peers.asks(), crowd.growths());
            if (samples.size() == plan.events()) return samples;
            if (since(begin).compareTo(GROWTH_LIMIT) > 0) {
                if (samples.size() == 0) throw new BenchException("no VM grew");
                return samples;
            }
            stop.check();
            Thread.sleep(TELL.dividedBy(10));
        }
    }

    private static double percent(Duration part, Duration whole) {
        return 100.0 * part.toNanos() / whole.toNanos();
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private static double load1() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
