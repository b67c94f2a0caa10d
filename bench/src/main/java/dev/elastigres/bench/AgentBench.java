package dev.elastigres.bench;

import dev.elastigres.agent.worker.NoOpListener;
import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.bench.AgentBenchRow.LifetimeUsage;
import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.harness.UnlimitedPermits;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Measures the cost and the latency of an agent with many VMs. Its workers run in this process,
/// the monitors of all VMs in another; they communicate over loopback sockets.
final class AgentBench {
    private static final int WARM_UP = 20;
    private static final Duration UP_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(5);

    /// Timeout of the last growth.
    private static final Duration GROWTH_TIMEOUT = Duration.ofSeconds(10);

    private static final VmRules RULES =
            new VmRules(
                    InMemoryDriver.UNIT,
                    Optional.empty(),
                    Optional.empty(),
                    ScalingRules.ELASTIGRES);

    private final AgentBenchPlan plan;
    private final Consumer<BenchRow> rows;
    private final Consumer<String> progress;
    private final StopRequest stop;

    /// @param rows receives each row when it is complete
    /// @param progress receives lines of progress for an interactive user
    /// @param stop checked between the steps
    AgentBench(
            AgentBenchPlan plan,
            Consumer<BenchRow> rows,
            Consumer<String> progress,
            StopRequest stop) {
        this.plan = plan;
        this.rows = rows;
        this.progress = progress;
        this.stop = stop;
    }

    /// Runs the benchmark. Everything is removed when this returns or throws.
    void run() throws HarnessException, InterruptedException {
        RetainedMemory before = warmedUp();
        for (int vms : plan.fleetSizes()) {
            progress.accept(vms + " VMs: sessions without an agent");
            try (var peers = FakeMonitorsProcess.start(vms)) {
                rows.accept(bare(peers, before));
                rows.accept(agent(peers, before));
            }
        }
    }

    /// Returns the memory that is retained once everything that VMs share is loaded.
    private RetainedMemory warmedUp() throws HarnessException, InterruptedException {
        progress.accept("warming up");
        try (var peers = FakeMonitorsProcess.start(WARM_UP)) {
            bare(peers, RetainedMemory.now());
            try (var fleet = fleet(new InMemoryDriver(peers.endpoints(), plan.maxUnits(WARM_UP)))) {
                fleet.start();
                awaitUp(fleet, WARM_UP);
            }
        }
        return RetainedMemory.now();
    }

    private AgentBenchRow bare(FakeMonitorsProcess peers, RetainedMemory before)
            throws HarnessException, InterruptedException {
        stop.check();
        int vms = peers.endpoints().size();
        long begin = System.nanoTime();
        try (var _ = BaselineSessions.open(peers.endpoints())) {
            Duration up = since(begin);
            return new AgentBenchRow(
                    vms, up, RetainedMemory.now().since(before, vms), Optional.empty(), load1());
        }
    }

    private AgentBenchRow agent(FakeMonitorsProcess peers, RetainedMemory before)
            throws HarnessException, InterruptedException {
        stop.check();
        int vms = peers.endpoints().size();
        var driver = new InMemoryDriver(peers.endpoints(), plan.maxUnits(vms));
        long begin = System.nanoTime();
        Duration up;
        IdleUsage calm;
        RetainedMemory.MemoryPerVm memory;
        LatencySamples latencies;
        long closing;
        try (var first = fleet(driver)) {
            first.start();
            awaitUp(first, vms);
            up = since(begin);
            calm = calm(first, peers);
            memory = RetainedMemory.now().since(before, vms);
            latencies = latencies(driver, peers);
            checkNoBugs(first);
            progress.accept(vms + " VMs: restarting the agent");
            closing = System.nanoTime();
        }
        Duration close = since(closing);
        Duration again = again(driver);
        var life =
                new LifetimeUsage(calm.cpu, calm.peersCpu, plan.events(), latencies, close, again);
        return new AgentBenchRow(vms, up, memory, Optional.of(life), load1());
    }

    private Duration again(InMemoryDriver driver) throws HarnessException, InterruptedException {
        long begin = System.nanoTime();
        try (var second = fleet(driver)) {
            second.start();
            awaitUp(second, driver.find().size());
            Duration again = since(begin);
            checkNoBugs(second);
            return again;
        }
    }

    /// Returns an agent's fleet. Its log is formatted and discarded.
    private static VmFleet fleet(InMemoryDriver driver) {
        var log =
                Log.to(
                        OutputStream.nullOutputStream(),
                        LogFormat.JSON,
                        LogLevel.INFO,
                        Clock.systemUTC());
        return new VmFleet(
                driver,
                new UnlimitedPermits(),
                _ -> RULES,
                PollingConfig.DEFAULT,
                NoOpListener.QUIET,
                log);
    }

    private void awaitUp(VmFleet fleet, int vms) throws HarnessException, InterruptedException {
        long begin = System.nanoTime();
        long tellAt = begin + PROGRESS_INTERVAL.toNanos();
        while (true) {
            stop.check();
            List<VmStatus> views = fleet.views();
            long there = views.stream().filter(it -> it.monitorVersion().isPresent()).count();
            if (there == vms) return;
            if (since(begin).compareTo(UP_TIMEOUT) > 0)
                throw new HarnessException(
                        "%d of %d monitors have a session after %d s%s"
                                .formatted(there, vms, UP_TIMEOUT.toSeconds(), problem(views)));
            if (System.nanoTime() - tellAt > 0) {
                progress.accept("%d of %d sessions exist".formatted(there, vms));
                tellAt += PROGRESS_INTERVAL.toNanos();
            }
            Thread.sleep(POLL);
        }
    }

    private static String problem(List<VmStatus> views) {
        return views.stream()
                .filter(it -> !it.problems().isEmpty())
                .findFirst()
                .map(it -> ": " + it.name() + ": " + it.problems())
                .orElse("");
    }

    /// Checks that no worker has ended with a bug, which would make all other work look cheap.
    private static void checkNoBugs(VmFleet fleet) throws HarnessException {
        if (fleet.bugs() > 0)
            throw new HarnessException("the agent has a bug%s".formatted(problem(fleet.views())));
    }

    /// @param cpu of the agent, in percent of one core
    /// @param peersCpu of the monitors, in percent of one core
    private record IdleUsage(double cpu, double peersCpu) {}

    private IdleUsage calm(VmFleet fleet, FakeMonitorsProcess peers)
            throws HarnessException, InterruptedException {
        int vms = peers.endpoints().size();
        progress.accept(vms + " VMs: calm for " + plan.calm().toSeconds() + " s");
        Thread.sleep(plan.settle());
        long self = ProcessHandle.current().pid();
        long begin = System.nanoTime();
        Duration agent = ProcessStat.cpuOf(self);
        Duration monitors = peers.cpu();
        Thread.sleep(plan.calm());
        Duration took = since(begin);
        var calm =
                new IdleUsage(
                        percent(ProcessStat.cpuOf(self).minus(agent), took),
                        percent(peers.cpu().minus(monitors), took));
        checkNoBugs(fleet);
        stop.check();
        return calm;
    }

    /// Returns the latencies of upscale requests that are sent at a steady rate, without waiting
    /// for earlier ones.
    private LatencySamples latencies(InMemoryDriver driver, FakeMonitorsProcess peers)
            throws HarnessException, InterruptedException {
        int vms = peers.endpoints().size();
        progress.accept(vms + " VMs: " + plan.events() + " upscale requests");
        int step = Math.max(1, vms / plan.events());
        long begin = System.nanoTime();
        for (int i = 0; i < plan.events(); i++) {
            stop.check();
            long rest = begin + plan.gap().toNanos() * i - System.nanoTime();
            if (rest > 0) Thread.sleep(Duration.ofNanos(rest));
            peers.askForMore(i * step % vms);
        }
        return settled(driver, peers);
    }

    private LatencySamples settled(InMemoryDriver driver, FakeMonitorsProcess peers)
            throws HarnessException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            LatencySamples samples = RequestLog.latencies(peers.requests(), driver.growths());
            if (samples.size() == plan.events()) return samples;
            if (since(begin).compareTo(GROWTH_TIMEOUT) > 0) {
                if (samples.size() == 0) throw new HarnessException("no VM grew");
                return samples;
            }
            stop.check();
            Thread.sleep(PROGRESS_INTERVAL.dividedBy(10));
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
