package dev.elastigres.bench;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.agent.monitor.MonitorLink;
import dev.elastigres.bench.GuestProgram.Heard;
import dev.elastigres.bench.measure.Row;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.Stop;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.vm.Resize;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whether bursts that need more than the VM has are killed, when memory comes a while after it was
/// asked for. One VM, in which one monitor runs at a time.
final class SurviveBench {
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /// What a burst holds on to when it is there, and what may still be asked for then.
    private static final Duration HELD = Duration.ofSeconds(1);

    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final Rate WARM_UP = new Rate(100);
    private static final Bytes ABOVE = Bytes.ofMebibytes(8);
    private static final int REFERENCES = 2;
    private static final int SHRINKS = 3;
    private static final double CPUS = 2;

    private final SurvivePlan plan;
    private final BenchVm vm;
    private final Consumer<Row> results;
    private final Consumer<String> progress;
    private final Stop stop;
    private final Map<Rate, Duration> unhindered = new HashMap<>();
    private GuestProgram load;

    /// @param results takes each row as soon as it is there
    /// @param progress takes lines for a person who waits
    /// @param stop heard before each burst
    SurviveBench(
            SurvivePlan plan,
            BenchVm vm,
            Consumer<Row> results,
            Consumer<String> progress,
            Stop stop)
            throws BenchException, InterruptedException {
        this.plan = plan;
        this.vm = vm;
        this.results = results;
        this.progress = progress;
        this.stop = stop;
        load = vm.startLoad();
    }

    void run() throws BenchException, InterruptedException {
        measureReferences();
        for (Duration delay : plan.delays())
            for (Rule rule : plan.rules()) {
                vm.startMonitor(rule);
                try {
                    measure(rule, delay);
                } catch (LinkException e) {
                    throw new BenchException("the monitor is lost", e);
                }
                vm.stopMonitor(rule);
            }
    }

    /// How long a burst takes where there is memory enough, at the best.
    private void measureReferences() throws BenchException, InterruptedException {
        vm.resize(SurvivePlan.SMALL.plus(SurvivePlan.STEP).plus(SurvivePlan.STEP), true);
        for (Rate rate : plan.rates()) {
            stop.check();
            progress.accept("bursts with memory enough, " + rate);
            var samples = new Samples(REFERENCES);
            for (int i = 0; i < REFERENCES; i++) {
                say(rate, SurvivePlan.BURST);
                samples.add(GuestBed.growth(load.expect("grown", LIMIT)).duration().toNanos());
                drop();
            }
            unhindered.put(rate, Duration.ofNanos(samples.percentile(1)));
        }
        shrink();
    }

    private void measure(Rule rule, Duration delay)
            throws BenchException, LinkException, InterruptedException {
        stop.check();
        progress.accept(
                "%s, memory after %.1f s: a first grant"
                        .formatted(rule.title(), delay.toMillis() / 1e3));
        warmUp(rule, delay);
        for (Rate rate : plan.rates()) {
            stop.check();
            results.accept(burst(rule, rate, delay));
        }
    }

    /// Lets the monitor see one grant: memory just above the threshold is held until it has come.
    private void warmUp(Rule rule, Duration delay)
            throws BenchException, LinkException, InterruptedException {
        try (var link = MonitorLink.open(vm.monitor(rule))) {
            announce(link, SurvivePlan.SMALL);
            Bytes level = SurvivePlan.threshold(SurvivePlan.SMALL).plus(ABOVE);
            Bytes missing = level.minus(vm.usage());
            Bytes grown = vm.memoryTotal().plus(SurvivePlan.STEP.times(0.9));
            say(WARM_UP, missing);
            Moment due = awaitRequest(link).plus(delay);
            load.expect("grown", LIMIT);
            Thread.sleep(Math.max(0, due.since(now()).toMillis()));
            grant(link, SurvivePlan.SMALL.plus(SurvivePlan.STEP));
            while (vm.memoryTotal().isLessThan(grown)) Thread.sleep(LOOK);
            Thread.sleep(SETTLED);
            drop();
            shrink(link);
        }
    }

    private Moment awaitRequest(MonitorLink link)
            throws BenchException, LinkException, InterruptedException {
        long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            var next = link.receive(LOOK);
            if (next != null && next.message() instanceof MonitorMessage.UpscaleRequest)
                return next.at();
        }
        throw new BenchException("the monitor does not ask for memory that is short");
    }

    private SurviveRow burst(Rule rule, Rate rate, Duration delay)
            throws BenchException, LinkException, InterruptedException {
        try (var link = MonitorLink.open(vm.monitor(rule))) {
            Bytes peak = vm.usage().plus(SurvivePlan.BURST);
            var grants = new Grants(delay);
            long kills = kills();
            say(rate, SurvivePlan.BURST);
            Optional<Growth> growth = outcome(rule, link, grants);
            if (growth.isPresent()) serve(rule, link, grants, HELD);
            else if (kills() == kills)
                throw new BenchException("the burst ended, and not by a kill");
            drop();
            shrink(link);
            return new SurviveRow(
                    rule,
                    rate,
                    delay,
                    growth.map(Growth::duration),
                    Objects.requireNonNull(unhindered.get(rate)),
                    grants.grown(),
                    SurvivePlan.needed(peak));
        }
    }

    /// Grants what is asked for until the burst has ended; empty when it was killed.
    private Optional<Growth> outcome(Rule rule, MonitorLink link, Grants grants)
            throws BenchException, LinkException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            serve(rule, link, grants, LOOK);
            @Nullable Heard heard = load.hear(Duration.ZERO);
            switch (heard) {
                case null -> {}
                case Heard.Line(String text) -> {
                    return Optional.of(GuestBed.growth(text.split(" ", -1)));
                }
                case Heard.Ended _ -> {
                    load.close();
                    load = vm.startLoad();
                    return Optional.empty();
                }
            }
        }
        throw new BenchException("the burst does not end");
    }

    /// Takes requests and grants what is due, for a while.
    private void serve(Rule rule, MonitorLink link, Grants grants, Duration time)
            throws BenchException, LinkException, InterruptedException {
        Moment end = now().plus(time);
        while (now().isBefore(end)) {
            var next = link.receive(LOOK);
            if (next != null && next.message() instanceof MonitorMessage.UpscaleRequest request)
                grants.requested(next.at(), wanted(rule, request));
            if (grants.isDue(now())) grant(link, grants.next());
        }
    }

    /// The original's requests do not say how much.
    private static Optional<Bytes> wanted(Rule rule, MonitorMessage.UpscaleRequest request) {
        return rule == Rule.FIXED ? Optional.empty() : request.wanted().memory();
    }

    /// As an agent does: says that the memory is there when it has asked for it.
    private void grant(MonitorLink link, Bytes size)
            throws BenchException, LinkException, InterruptedException {
        announce(link, size);
        vm.resize(size, false);
    }

    private static void announce(MonitorLink link, Bytes size)
            throws LinkException, InterruptedException {
        link.send(new UpscaleNotification(link.nextId(), new Resources(CPUS, size)));
    }

    /// Back to the least size, when the monitor agrees.
    private void shrink(MonitorLink link)
            throws BenchException, LinkException, InterruptedException {
        Thread.sleep(SETTLED);
        var small = new Resources(CPUS, SurvivePlan.SMALL);
        long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
        while (!agrees(link, new DownscaleRequest(link.nextId(), small))) {
            if (System.nanoTime() - deadline > 0)
                throw new BenchException("the monitor does not let the VM shrink");
            Thread.sleep(SETTLED);
        }
        shrink();
        Thread.sleep(SETTLED);
    }

    private static boolean agrees(MonitorLink link, DownscaleRequest request)
            throws LinkException, InterruptedException {
        link.send(request);
        long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            var next = link.receive(LOOK);
            if (next != null
                    && next.message() instanceof MonitorMessage.DownscaleResult result
                    && result.id() == request.id()) return result.ok();
        }
        throw new LinkException("no answer to a downscale");
    }

    /// A guest that has just been full may need more than one attempt.
    private void shrink() throws BenchException, InterruptedException {
        Resize.Outcome outcome = vm.resize(SurvivePlan.SMALL, true);
        for (int i = 1; i < SHRINKS && !(outcome instanceof Resize.Outcome.Done); i++)
            outcome = vm.resize(SurvivePlan.SMALL, true);
        if (!(outcome instanceof Resize.Outcome.Done))
            throw new BenchException("the VM does not shrink: " + outcome);
    }

    private void say(Rate rate, Bytes amount) throws BenchException {
        load.say(GuestBed.command(rate, amount, amount));
    }

    private void drop() throws BenchException, InterruptedException {
        load.say("drop");
        load.expect("drop", LIMIT);
    }

    /// How many processes the kernel has killed for memory.
    private long kills() throws BenchException, InterruptedException {
        return Long.parseLong(vm.sh("awk '$1 == \"oom_kill\" { print $2 }' /proc/vmstat"));
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }
}
