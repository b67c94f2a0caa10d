package dev.elastigres.bench;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.bench.Bed.Request;
import dev.elastigres.bench.measure.Row;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.Stop;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/// How soon the monitors ask when memory runs short, how often they ask for nothing, and what they
/// use of the CPU. All of them watch the same memory at the same time.
final class ReactionBench {
    private static final Duration SETTLED = Duration.ofSeconds(3);

    /// After a request the next one may come a second later: no burst begins before.
    private static final Duration AFTER_REQUEST = Duration.ofMillis(1100);

    /// What a monitor averages has left it by then.
    private static final Duration AFTER_BURST = Duration.ofMillis(600);

    /// From the beginning of the sessions to the burst.
    private static final Duration BEFORE = Duration.ofMillis(200);

    /// So that no burst keeps step with a monitor's samples.
    private static final int JITTER_MILLIS = 250;

    /// Without a request for so long after the burst there was none.
    private static final Duration LISTEN_LIMIT = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(10);

    /// What Postgres and the kernel may do of their own accord during a burst.
    private static final Bytes TOLERANCE = Bytes.ofMebibytes(4);

    private static final int MOST_SPOILT = 10;

    private final ReactionPlan plan;
    private final Bed bed;
    private final Consumer<Row> results;
    private final Consumer<String> progress;
    private final Stop stop;
    private final Random random = new Random(1);

    /// @param results takes each row as soon as it is there
    /// @param progress takes lines for a person who waits
    /// @param stop heard before each burst
    ReactionBench(
            ReactionPlan plan,
            Bed bed,
            Consumer<Row> results,
            Consumer<String> progress,
            Stop stop) {
        this.plan = plan;
        this.bed = bed;
        this.results = results;
        this.progress = progress;
        this.stop = stop;
    }

    void run() throws BenchException, InterruptedException {
        Bytes threshold = threshold();
        var used = Cpu.of(bed);
        for (Rate rate : plan.rates()) measure(rate, threshold);
        used.report(bed, "bursts", results);
        measureCalm();
        measureNoise(threshold);
    }

    /// The same for all: they watch the same memory, and no agent has said anything.
    private Bytes threshold() throws BenchException, InterruptedException {
        var thresholds = new LinkedHashSet<Bytes>();
        for (Rule rule : bed.rules()) {
            try (var pages = new MonitorPages(bed.monitor(rule))) {
                thresholds.add(pages.threshold());
            } catch (LinkException e) {
                throw new BenchException("the threshold cannot be found out", e);
            }
        }
        if (thresholds.size() > 1)
            throw new BenchException("the monitors' thresholds differ: " + thresholds);
        return thresholds.getFirst();
    }

    // ---- bursts

    private void measure(Rate rate, Bytes threshold) throws BenchException, InterruptedException {
        progress.accept(plan.bursts() + " bursts, " + rate);
        rest(threshold.minus(ReactionPlan.lead(rate)));
        var rows = new EnumMap<Rule, Tally>(Rule.class);
        for (Rule rule : bed.rules()) rows.put(rule, new Tally(plan.bursts()));
        int spoilt = 0;
        for (int done = 0; done < plan.bursts(); ) {
            stop.check();
            if (burst(rate, threshold, rows)) done++;
            else if (++spoilt > MOST_SPOILT)
                throw new BenchException("memory changes by itself: no burst can be measured");
        }
        rows.forEach((rule, tally) -> results.accept(tally.row(rule, rate)));
    }

    /// Lets `level` be in use. Nobody listens meanwhile.
    private void rest(Bytes level) throws BenchException, InterruptedException {
        bed.rest(level);
        Thread.sleep(SETTLED);
    }

    /// One burst. False when it cannot be counted: something else changed the memory meanwhile.
    private boolean burst(Rate rate, Bytes threshold, Map<Rule, Tally> tallies)
            throws BenchException, InterruptedException {
        Bytes before = bed.usage();
        Bytes mark = threshold.minus(before);
        Bytes amount = mark.plus(ReactionPlan.rest(rate));
        bed.listen();
        Thread.sleep(BEFORE.plusMillis(random.nextInt(JITTER_MILLIS)));
        Growth growth = bed.grow(rate, amount, mark);
        long grown = System.nanoTime();
        Map<Rule, Request> first = awaitRequests(growth);
        Bytes after = bed.usage();
        Duration sinceRequest = sinceRequest(growth).plusNanos(System.nanoTime() - grown);
        bed.hangUp();
        bed.drop();
        Thread.sleep(longer(AFTER_REQUEST.minus(BEFORE).minus(sinceRequest), AFTER_BURST));
        if (distance(after, before.plus(amount)).compareTo(TOLERANCE) > 0) return false;
        tallies.forEach(
                (rule, tally) -> tally.add(growth, amount, Optional.ofNullable(first.get(rule))));
        return true;
    }

    /// The first request of each monitor after the burst's beginning.
    private Map<Rule, Request> awaitRequests(Growth growth)
            throws BenchException, InterruptedException {
        long deadline = System.nanoTime() + LISTEN_LIMIT.toNanos();
        var first = new EnumMap<Rule, Request>(Rule.class);
        while (true) {
            for (Request request : bed.heard())
                if (request.at() - growth.begin() >= 0) first.putIfAbsent(request.rule(), request);
            if (first.size() == bed.rules().size() || System.nanoTime() - deadline > 0)
                return first;
            Thread.sleep(LOOK);
        }
    }

    /// How long before the end of the burst the last request came; below zero when it came later.
    private Duration sinceRequest(Growth growth) throws BenchException, InterruptedException {
        long last = growth.begin();
        for (Request request : bed.heard()) last = Math.max(last, request.at());
        return Duration.ofNanos(growth.end() - last);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Bytes distance(Bytes one, Bytes other) {
        return one.minus(other).max(other.minus(one));
    }

    /// What one monitor did in the bursts of one rate.
    private static final class Tally {
        private final Samples reactions;
        private final Samples reached;
        private int missed;

        Tally(int bursts) {
            reactions = new Samples(bursts);
            reached = new Samples(bursts);
        }

        void add(Growth growth, Bytes amount, Optional<Request> request) {
            reached.add(Math.round(growth.reached(amount) * 10));
            if (request.isPresent()) reactions.add(request.get().at() - growth.crossed());
            else missed++;
        }

        Row row(Rule rule, Rate rate) {
            return new ReactionRow.Reaction(
                    rule, rate, reached.percentile(50) / 10.0, reactions, missed);
        }
    }

    // ---- calm

    private void measureCalm() throws BenchException, InterruptedException {
        progress.accept("calm for " + plan.calm().toSeconds() + " s");
        rest(Bytes.ZERO);
        bed.listen();
        var used = Cpu.of(bed);
        pause(plan.calm());
        used.report(bed, "calm", results);
        bed.hangUp();
    }

    private void measureNoise(Bytes threshold) throws BenchException, InterruptedException {
        progress.accept("noise for " + plan.calm().toSeconds() + " s");
        rest(threshold.minus(Noise.DISTANCE));
        bed.listen();
        var used = Cpu.of(bed);
        var noise = new Noise();
        long end = System.nanoTime() + plan.calm().toNanos();
        while (System.nanoTime() - end < 0) {
            stop.check();
            Noise.Spike spike = noise.next();
            bed.grow(spike.rate(), spike.size(), spike.size());
            Thread.sleep(spike.hold());
            bed.drop();
            Thread.sleep(spike.pause());
        }
        Map<Rule, Integer> alarms = count(bed.heard());
        for (Rule rule : bed.rules())
            results.accept(
                    new ReactionRow.Alarms(rule, used.since(), alarms.getOrDefault(rule, 0)));
        used.report(bed, "noise", results);
        bed.hangUp();
    }

    private static Map<Rule, Integer> count(List<Request> requests) {
        var counts = new EnumMap<Rule, Integer>(Rule.class);
        for (Request request : requests) counts.merge(request.rule(), 1, Integer::sum);
        return counts;
    }

    private void pause(Duration time) throws BenchException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            stop.check();
            Thread.sleep(LOOK);
        }
    }

    /// CPU time of all monitors at one moment.
    private record Cpu(long at, Map<Rule, Duration> times) {
        static Cpu of(Bed bed) throws BenchException, InterruptedException {
            var times = new EnumMap<Rule, Duration>(Rule.class);
            for (Rule rule : bed.rules()) times.put(rule, bed.cpu(rule));
            return new Cpu(System.nanoTime(), times);
        }

        Duration since() {
            return Duration.ofNanos(System.nanoTime() - at);
        }

        void report(Bed bed, String load, Consumer<Row> results)
                throws BenchException, InterruptedException {
            Duration time = since();
            for (var before : times.entrySet()) {
                Duration used = bed.cpu(before.getKey()).minus(before.getValue());
                results.accept(new ReactionRow.Cpu(before.getKey(), load, time, used));
            }
        }
    }
}
