package dev.elastigres.bench;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.bench.GuestProgram.ProgramOutput;
import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.vm.ResizeRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Measures whether bursts that need more than the VM has are killed, if memory arrives some time
/// after the request. It uses one VM, in which one monitor runs at a time.
final class SurviveBench {
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /// How long a complete burst holds its memory. Requests that come meanwhile count.
    private static final Duration HELD = Duration.ofSeconds(1);

    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final BurstRate WARM_UP = new BurstRate(100);
    private static final Bytes ABOVE = Bytes.ofMebibytes(8);
    private static final int REFERENCES = 2;
    private static final int SHRINKS = 3;
    private static final double CPUS = 2;

    private final SurviveBenchPlan plan;
    private final BenchVm vm;
    private final Consumer<BenchRow> results;
    private final Consumer<String> progress;
    private final StopRequest stop;
    private final Map<BurstRate, Duration> references = new HashMap<>();
    private GuestProgram load;

    /// @param results receives each row when it is complete
    /// @param progress receives lines of progress for an interactive user
    /// @param stop checked before each burst
    SurviveBench(
            SurviveBenchPlan plan,
            BenchVm vm,
            Consumer<BenchRow> results,
            Consumer<String> progress,
            StopRequest stop)
            throws HarnessException, InterruptedException {
        this.plan = plan;
        this.vm = vm;
        this.results = results;
        this.progress = progress;
        this.stop = stop;
        load = vm.startLoad();
    }

    void run() throws HarnessException, InterruptedException {
        measureReferences();
        for (Duration delay : plan.delays())
            for (SamplingRule rule : plan.rules()) {
                vm.startMonitor(rule);
                try {
                    measure(rule, delay);
                } catch (MonitorConnectionException e) {
                    throw new HarnessException("the monitor is lost", e);
                }
                vm.stopMonitor(rule);
            }
    }

    /// Measures the shortest time of a burst with sufficient memory.
    private void measureReferences() throws HarnessException, InterruptedException {
        vm.resize(
                SurviveBenchPlan.SMALL.plus(SurviveBenchPlan.STEP).plus(SurviveBenchPlan.STEP),
                true);
        for (BurstRate rate : plan.rates()) {
            stop.check();
            progress.accept("bursts with sufficient memory, " + rate);
            var samples = new LatencySamples(REFERENCES);
            for (int i = 0; i < REFERENCES; i++) {
                say(rate, SurviveBenchPlan.BURST);
                samples.add(
                        GuestTestBed.growth(load.expect("grown", TIMEOUT)).duration().toNanos());
                drop();
            }
            references.put(rate, Duration.ofNanos(samples.percentile(1)));
        }
        shrink();
    }

    private void measure(SamplingRule rule, Duration delay)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        stop.check();
        progress.accept(
                "%s, memory after %.1f s: a first grant"
                        .formatted(rule.title(), delay.toMillis() / 1e3));
        warmUp(rule, delay);
        for (BurstRate rate : plan.rates()) {
            stop.check();
            results.accept(burst(rule, rate, delay));
        }
    }

    /// Lets the monitor observe one grant: holds memory just above the threshold until the grant
    /// arrives.
    private void warmUp(SamplingRule rule, Duration delay)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        try (var link = MonitorConnection.open(vm.monitor(rule))) {
            announce(link, SurviveBenchPlan.SMALL);
            Bytes level = SurviveBenchPlan.threshold(SurviveBenchPlan.SMALL).plus(ABOVE);
            Bytes missing = level.minus(vm.usage());
            Bytes grown = vm.memoryTotal().plus(SurviveBenchPlan.STEP.times(0.9));
            say(WARM_UP, missing);
            Moment due = awaitRequest(link).plus(delay);
            load.expect("grown", TIMEOUT);
            Thread.sleep(Math.max(0, due.since(now()).toMillis()));
            grant(link, SurviveBenchPlan.SMALL.plus(SurviveBenchPlan.STEP));
            while (vm.memoryTotal().isLessThan(grown)) Thread.sleep(LOOK);
            Thread.sleep(SETTLED);
            drop();
            shrink(link);
        }
    }

    private Moment awaitRequest(MonitorConnection link)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            var next = link.receive(LOOK);
            if (next != null && next.message() instanceof MonitorMessage.UpscaleRequest)
                return next.at();
        }
        throw new HarnessException("the monitor does not request missing memory");
    }

    private SurviveBenchRow burst(SamplingRule rule, BurstRate rate, Duration delay)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        try (var link = MonitorConnection.open(vm.monitor(rule))) {
            Bytes peak = vm.usage().plus(SurviveBenchPlan.BURST);
            var grants = new DelayedGrants(delay);
            long kills = kills();
            say(rate, SurviveBenchPlan.BURST);
            Optional<BurstTimings> growth = outcome(rule, link, grants);
            if (growth.isPresent()) serve(rule, link, grants, HELD);
            else if (kills() == kills)
                throw new HarnessException("the burst ended without an OOM kill");
            drop();
            shrink(link);
            return new SurviveBenchRow(
                    rule,
                    rate,
                    delay,
                    growth.map(BurstTimings::duration),
                    Objects.requireNonNull(references.get(rate)),
                    grants.grown(),
                    SurviveBenchPlan.needed(peak));
        }
    }

    /// Grants requests until the burst has ended. Empty if the burst was killed.
    private Optional<BurstTimings> outcome(
            SamplingRule rule, MonitorConnection link, DelayedGrants grants)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            serve(rule, link, grants, LOOK);
            @Nullable ProgramOutput heard = load.receive(Duration.ZERO);
            switch (heard) {
                case null -> {}
                case ProgramOutput.Line(String text) -> {
                    return Optional.of(GuestTestBed.growth(text.split(" ", -1)));
                }
                case ProgramOutput.End _ -> {
                    load.close();
                    load = vm.startLoad();
                    return Optional.empty();
                }
            }
        }
        throw new HarnessException("the burst does not end");
    }

    /// Receives requests and makes due grants, for the given time.
    private void serve(
            SamplingRule rule, MonitorConnection link, DelayedGrants grants, Duration time)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        Moment end = now().plus(time);
        while (now().isBefore(end)) {
            var next = link.receive(LOOK);
            if (next != null && next.message() instanceof MonitorMessage.UpscaleRequest request)
                grants.requested(next.at(), wanted(rule, request));
            if (grants.isDue(now())) grant(link, grants.next());
        }
    }

    /// Requests of the fixed rule do not name a size, as in the original.
    private static Optional<Bytes> wanted(
            SamplingRule rule, MonitorMessage.UpscaleRequest request) {
        return rule == SamplingRule.FIXED ? Optional.empty() : request.wanted().memory();
    }

    /// Behaves as an agent: announces the memory when it has requested it from the VM.
    private void grant(MonitorConnection link, Bytes size)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        announce(link, size);
        vm.resize(size, false);
    }

    private static void announce(MonitorConnection link, Bytes size)
            throws MonitorConnectionException, InterruptedException {
        link.send(new UpscaleNotification(link.nextId(), new Resources(CPUS, size)));
    }

    /// Shrinks to the minimum size once the monitor agrees.
    private void shrink(MonitorConnection link)
            throws HarnessException, MonitorConnectionException, InterruptedException {
        Thread.sleep(SETTLED);
        var small = new Resources(CPUS, SurviveBenchPlan.SMALL);
        long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        while (!agrees(link, new DownscaleRequest(link.nextId(), small))) {
            if (System.nanoTime() - deadline > 0)
                throw new HarnessException("the monitor does not agree to a shrink");
            Thread.sleep(SETTLED);
        }
        shrink();
        Thread.sleep(SETTLED);
    }

    private static boolean agrees(MonitorConnection link, DownscaleRequest request)
            throws MonitorConnectionException, InterruptedException {
        link.send(request);
        long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            var next = link.receive(LOOK);
            if (next != null
                    && next.message() instanceof MonitorMessage.DownscaleResult result
                    && result.id() == request.id()) return result.ok();
        }
        throw new MonitorConnectionException("no answer to a downscale");
    }

    /// Shrinks the VM. A guest that was full a moment ago may need several attempts.
    private void shrink() throws HarnessException, InterruptedException {
        ResizeRequest.MachineResizeOutcome outcome = vm.resize(SurviveBenchPlan.SMALL, true);
        for (int i = 1;
                i < SHRINKS && !(outcome instanceof ResizeRequest.MachineResizeOutcome.Done);
                i++) outcome = vm.resize(SurviveBenchPlan.SMALL, true);
        if (!(outcome instanceof ResizeRequest.MachineResizeOutcome.Done))
            throw new HarnessException("the VM does not shrink: " + outcome);
    }

    private void say(BurstRate rate, Bytes amount) throws HarnessException {
        load.say(GuestTestBed.command(rate, amount, amount));
    }

    private void drop() throws HarnessException, InterruptedException {
        load.say("drop");
        load.expect("drop", TIMEOUT);
    }

    /// Returns the number of processes that the kernel's OOM killer has killed.
    private long kills() throws HarnessException, InterruptedException {
        return Long.parseLong(vm.sh("awk '$1 == \"oom_kill\" { print $2 }' /proc/vmstat"));
    }
}
