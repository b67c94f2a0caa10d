package dev.elastigres.bench;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.bench.MemoryTestBed.ReceivedRequest;
import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.StopRequest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/// Measures how soon monitors request memory when it becomes scarce, how often they do so without
/// need, and their CPU usage. All of them watch the same memory at the same time.
final class ReactionBench {
    private static final Duration SETTLED = Duration.ofSeconds(3);

    /// A monitor's next request may come one second after the last; no burst begins before.
    private static final Duration AFTER_REQUEST = Duration.ofMillis(1100);

    /// By then the last burst has left a monitor's averages.
    private static final Duration AFTER_BURST = Duration.ofMillis(600);

    /// From the start of the sessions to the burst.
    private static final Duration BEFORE = Duration.ofMillis(200);

    /// Random delay, so that bursts are not synchronised with a monitor's samples.
    private static final int JITTER_MILLIS = 250;

    /// A burst counts as missed if no request comes within this time after it.
    private static final Duration LISTEN_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(10);

    /// Growth that Postgres and the kernel may cause by themselves during a burst.
    private static final Bytes TOLERANCE = Bytes.ofMebibytes(4);

    private static final int MAX_DISTURBED = 10;

    private final ReactionBenchPlan plan;
    private final MemoryTestBed testBed;
    private final Consumer<BenchRow> results;
    private final Consumer<String> progress;
    private final StopRequest stop;
    private final Random random = new Random(1);

    /// @param results receives each row when it is complete
    /// @param progress receives lines of progress for an interactive user
    /// @param stop checked before each burst
    ReactionBench(
            ReactionBenchPlan plan,
            MemoryTestBed testBed,
            Consumer<BenchRow> results,
            Consumer<String> progress,
            StopRequest stop) {
        this.plan = plan;
        this.testBed = testBed;
        this.results = results;
        this.progress = progress;
        this.stop = stop;
    }

    void run() throws HarnessException, InterruptedException {
        Bytes threshold = threshold();
        var used = CpuTimeSnapshot.of(testBed);
        for (BurstRate rate : plan.rates()) measure(rate, threshold);
        used.report(testBed, "bursts", results);
        measureCalm();
        measureNoise(threshold);
    }

    /// Returns the threshold. All monitors have the same one: they watch the same memory, and no
    /// agent has sent a message yet.
    private Bytes threshold() throws HarnessException, InterruptedException {
        var thresholds = new LinkedHashSet<Bytes>();
        for (SamplingRule rule : testBed.rules()) {
            try (var pages = new MonitorPages(testBed.monitor(rule))) {
                thresholds.add(pages.threshold());
            } catch (MonitorConnectionException e) {
                throw new HarnessException("cannot read the threshold", e);
            }
        }
        if (thresholds.size() > 1)
            throw new HarnessException("the monitors' thresholds differ: " + thresholds);
        return thresholds.getFirst();
    }

    // ---- bursts

    private void measure(BurstRate rate, Bytes threshold)
            throws HarnessException, InterruptedException {
        progress.accept(plan.bursts() + " bursts, " + rate);
        rest(threshold.minus(ReactionBenchPlan.lead(rate)));
        var rows = new EnumMap<SamplingRule, ReactionTally>(SamplingRule.class);
        for (SamplingRule rule : testBed.rules()) rows.put(rule, new ReactionTally(plan.bursts()));
        int disturbed = 0;
        for (int done = 0; done < plan.bursts(); ) {
            stop.check();
            if (burst(rate, threshold, rows)) done++;
            else if (++disturbed > MAX_DISTURBED)
                throw new HarnessException("other memory usage disturbs all bursts");
        }
        rows.forEach((rule, tally) -> results.accept(tally.row(rule, rate)));
    }

    /// Sets the memory in use to `level`. There are no sessions meanwhile.
    private void rest(Bytes level) throws HarnessException, InterruptedException {
        testBed.rest(level);
        Thread.sleep(SETTLED);
    }

    /// Runs one burst. Returns false if it does not count because something else changed the
    /// memory meanwhile.
    private boolean burst(BurstRate rate, Bytes threshold, Map<SamplingRule, ReactionTally> tallies)
            throws HarnessException, InterruptedException {
        Bytes before = testBed.usage();
        Bytes mark = threshold.minus(before);
        Bytes amount = mark.plus(ReactionBenchPlan.rest(rate));
        testBed.openSessions();
        Thread.sleep(BEFORE.plusMillis(random.nextInt(JITTER_MILLIS)));
        BurstTimings growth = testBed.grow(rate, amount, mark);
        long grown = System.nanoTime();
        Map<SamplingRule, ReceivedRequest> first = awaitRequests(growth);
        Bytes after = testBed.usage();
        Duration sinceRequest = sinceRequest(growth).plusNanos(System.nanoTime() - grown);
        testBed.closeSessions();
        testBed.drop();
        Thread.sleep(longer(AFTER_REQUEST.minus(BEFORE).minus(sinceRequest), AFTER_BURST));
        if (distance(after, before.plus(amount)).compareTo(TOLERANCE) > 0) return false;
        tallies.forEach(
                (rule, tally) -> tally.add(growth, amount, Optional.ofNullable(first.get(rule))));
        return true;
    }

    /// Waits for the first request of each monitor after the start of the burst.
    private Map<SamplingRule, ReceivedRequest> awaitRequests(BurstTimings growth)
            throws HarnessException, InterruptedException {
        long deadline = System.nanoTime() + LISTEN_TIMEOUT.toNanos();
        var first = new EnumMap<SamplingRule, ReceivedRequest>(SamplingRule.class);
        while (true) {
            for (ReceivedRequest request : testBed.requests())
                if (request.at() - growth.begin() >= 0) first.putIfAbsent(request.rule(), request);
            if (first.size() == testBed.rules().size() || System.nanoTime() - deadline > 0)
                return first;
            Thread.sleep(LOOK);
        }
    }

    /// Returns the time from the last request to the end of the burst; negative if the request
    /// came later.
    private Duration sinceRequest(BurstTimings growth)
            throws HarnessException, InterruptedException {
        long last = growth.begin();
        for (ReceivedRequest request : testBed.requests()) last = Math.max(last, request.at());
        return Duration.ofNanos(growth.end() - last);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Bytes distance(Bytes one, Bytes other) {
        return one.minus(other).max(other.minus(one));
    }

    /// Results of one monitor in the bursts of one rate.
    private static final class ReactionTally {
        private final LatencySamples reactions;
        private final LatencySamples reached;
        private int missed;

        ReactionTally(int bursts) {
            reactions = new LatencySamples(bursts);
            reached = new LatencySamples(bursts);
        }

        void add(BurstTimings growth, Bytes amount, Optional<ReceivedRequest> request) {
            reached.add(Math.round(growth.reached(amount) * 10));
            if (request.isPresent()) reactions.add(request.get().at() - growth.crossed());
            else missed++;
        }

        BenchRow row(SamplingRule rule, BurstRate rate) {
            return new ReactionBenchRow.Reaction(
                    rule, rate, reached.percentile(50) / 10.0, reactions, missed);
        }
    }

    // ---- calm

    private void measureCalm() throws HarnessException, InterruptedException {
        progress.accept("calm for " + plan.calm().toSeconds() + " s");
        rest(Bytes.ZERO);
        testBed.openSessions();
        var used = CpuTimeSnapshot.of(testBed);
        pause(plan.calm());
        used.report(testBed, "calm", results);
        testBed.closeSessions();
    }

    private void measureNoise(Bytes threshold) throws HarnessException, InterruptedException {
        progress.accept("noise for " + plan.calm().toSeconds() + " s");
        rest(threshold.minus(BackgroundLoad.DISTANCE));
        testBed.openSessions();
        var used = CpuTimeSnapshot.of(testBed);
        var noise = new BackgroundLoad();
        long end = System.nanoTime() + plan.calm().toNanos();
        while (System.nanoTime() - end < 0) {
            stop.check();
            BackgroundLoad.LoadSpike spike = noise.next();
            testBed.grow(spike.rate(), spike.size(), spike.size());
            Thread.sleep(spike.hold());
            testBed.drop();
            Thread.sleep(spike.pause());
        }
        Map<SamplingRule, Integer> alarms = count(testBed.requests());
        for (SamplingRule rule : testBed.rules())
            results.accept(
                    new ReactionBenchRow.Alarms(rule, used.since(), alarms.getOrDefault(rule, 0)));
        used.report(testBed, "noise", results);
        testBed.closeSessions();
    }

    private static Map<SamplingRule, Integer> count(List<ReceivedRequest> requests) {
        var counts = new EnumMap<SamplingRule, Integer>(SamplingRule.class);
        for (ReceivedRequest request : requests) counts.merge(request.rule(), 1, Integer::sum);
        return counts;
    }

    private void pause(Duration time) throws HarnessException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            stop.check();
            Thread.sleep(LOOK);
        }
    }

    /// CPU time of all monitors at one moment.
    private record CpuTimeSnapshot(long at, Map<SamplingRule, Duration> times) {
        static CpuTimeSnapshot of(MemoryTestBed testBed)
                throws HarnessException, InterruptedException {
            var times = new EnumMap<SamplingRule, Duration>(SamplingRule.class);
            for (SamplingRule rule : testBed.rules()) times.put(rule, testBed.cpu(rule));
            return new CpuTimeSnapshot(System.nanoTime(), times);
        }

        Duration since() {
            return Duration.ofNanos(System.nanoTime() - at);
        }

        void report(MemoryTestBed testBed, String load, Consumer<BenchRow> results)
                throws HarnessException, InterruptedException {
            Duration time = since();
            for (var before : times.entrySet()) {
                Duration used = testBed.cpu(before.getKey()).minus(before.getValue());
                results.accept(new ReactionBenchRow.Cpu(before.getKey(), load, time, used));
            }
        }
    }
}
