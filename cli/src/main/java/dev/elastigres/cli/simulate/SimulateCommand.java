package dev.elastigres.cli.simulate;

import dev.elastigres.cli.prometheus.PrometheusException;
import dev.elastigres.cli.prometheus.PrometheusLoad;
import dev.elastigres.cli.prometheus.PrometheusOptions;
import dev.elastigres.cli.rules.ScalingRulesOptions;
import dev.elastigres.cli.rules.SizeParser;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.simulation.faults.PlantedBug;
import dev.elastigres.simulation.trace.CloudWatchText;
import dev.elastigres.simulation.trace.LoadTrace;
import dev.elastigres.simulation.trace.MeasuredLoad;
import dev.elastigres.simulation.trace.PolicyComparison;
import dev.elastigres.simulation.trace.PolicyResult;
import dev.elastigres.simulation.trace.Prices;
import dev.elastigres.simulation.trace.TraceException;
import dev.elastigres.simulation.trace.TraceText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterators;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs the agent's core in virtual time, either with seeded faults or on a measured load.
@Command(
        name = "simulate",
        description = {
            "Run the agent's decisions in virtual time.",
            "",
            "Without --trace: simulate hosts full of VMs with random faults, one host for"
                    + " each seed. All invariants must hold after every event, and after the faults have"
                    + " stopped every VM must reach its goal.",
            "",
            "With --cluster: simulate clusters, one for each seed: nodes, VMs, agents, and the scheduler"
                    + " that permits sizes and moves VMs. --compare-moves compares our moves with the"
                    + " original's, on clusters without faults.",
            "",
            "With --trace: replay a load with our rules (or those that the options select), with Neon's,"
                    + " at a fixed size (P99.5 plus 20 %%), and with the cheapest schedules that"
                    + " know the future: in whole compute units, and with independent CPU and"
                    + " memory. The ratio is the cost relative to the former. Work that finds no"
                    + " CPU waits, which is the delay. FILE is CSV; its header names the columns time"
                    + " (s, or date-times), cpu, memory and working_set (bytes), in any order; or it is"
                    + " CloudWatch's, with CPUUtilization and FreeableMemory, and needs --size."
                    + " generated:NAME and recorded:NAME are built-in loads; the name all selects all"
                    + " of them.",
            "",
            "With --prometheus: replay the load that a Prometheus measured, and print three"
                    + " sentences: the cost, the current size and its cost, and the shortages.",
            "",
            "Exit codes: 0 success, 1 an invariant was violated, or a file or Prometheus cannot be read,"
                    + " 2 wrong usage.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "elastigres simulate --seeds 1000",
            "elastigres simulate --cluster --seeds 1000",
            "elastigres simulate --trace generated:all",
            "elastigres simulate --prometheus http://localhost:9090 --pod shop/db-0 --since 7d"
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final long MAX_SEEDS = 1_000_000;
    private static final long MAX_TRACE_SEEDS = 1000;
    private static final long SHIPPED_SEEDS = 5;

    /// Lines at the beginning of a file from which its format is recognized.
    private static final int FORMAT_LINES = 20;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description =
                    "Number of seeds (default: 100, or 1 with --seed; of each generated load 1, and 5"
                            + " with --trace all).")
    private @Nullable Long seeds;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "The first seed, or the only one without --seeds.")
    private @Nullable Long seed;

    @Option(
            names = "--plant",
            paramLabel = "BUG",
            description =
                    "Plant a bug that the run must find: ${COMPLETION-CANDIDATES}. With --cluster:"
                            + " credulous, unsettled, unstored, amnesic, hoarding, doubling,"
                            + " deaf, undrained.",
            completionCandidates = BugNames.class)
    private @Nullable String plant;

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description =
                    "A load to replay: a file, generated:NAME or recorded:NAME; all of a kind with"
                            + " generated:all and recorded:all, of both with all.")
    private @Nullable String trace;

    @Option(
            names = "--cpu-price",
            paramLabel = "PRICE",
            description = "Price of a CPU-hour (default: half a compute unit's, 2 an hour).")
    private @Nullable Double cpuPrice;

    @Option(
            names = "--memory-price",
            paramLabel = "PRICE",
            description = "Price of a GiB-hour (default: half a compute unit's, 0.5 an hour).")
    private @Nullable Double memoryPrice;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "Draw demand against the size of each policy; for one load.")
    private @Nullable Path svg;

    @Option(
            names = "--curve",
            paramLabel = "FILE",
            description =
                    "Draw cost against shortage for cost, balanced and latency, of all loads of"
                            + " --trace, in place of the table.")
    private @Nullable Path curve;

    @Option(
            names = "--size",
            paramLabel = "CPUS:MEMORY",
            description =
                    "The current size of the measured instance, such as 4:16GiB, to compare its cost;"
                            + " replaces the size that Prometheus states.")
    private @Nullable String size;

    @Mixin private PrometheusOptions prometheus = new PrometheusOptions();

    @Mixin private ScalingRulesOptions rules = new ScalingRulesOptions();

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Spec private CommandSpec spec;

    /// Lists the names of the planted bugs for the help.
    static final class BugNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(PlantedBug.values()).map(PlantedBug::code).iterator();
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        boolean measured = prometheus.isGiven();
        if (cluster.isGiven()) return simulateCluster(measured);
        if (trace == null && !measured) {
            if (svg != null
                    || curve != null
                    || size != null
                    || cpuPrice != null
                    || memoryPrice != null)
                throw wrong(
                        "--svg, --curve, --size, --cpu-price and --memory-price go with --trace or"
                                + " --prometheus");
            return simulate();
        }
        if (plant != null)
            throw wrong("--plant is for hosts with faults, not for --trace or --prometheus");
        boolean named = trace != null && NamedLoads.areNamedBy(trace);
        if (curve != null && !named) throw wrong("--curve is for generated: and recorded: loads");
        if (trace == null) return comparePrometheus();
        if (measured) throw wrong("give either --trace or --prometheus");
        return named ? compareNamed(trace) : compareFile(Path.of(trace));
    }

    private int simulate() {
        return new SeedRunner(first(), count(), bug(), json, System.out).run() ? 0 : 1;
    }

    private int simulateCluster(boolean measured) {
        if (trace != null || measured || svg != null || curve != null || size != null)
            throw wrong("--cluster simulates faults: leave the options of loads out");
        Optional<String> bug = Optional.ofNullable(plant);
        Optional<String> problem = cluster.problem(bug);
        if (problem.isPresent()) throw wrong(problem.get());
        return cluster.run(first(), count(), bug, json) ? 0 : 1;
    }

    private long first() {
        return seed != null ? seed : 1;
    }

    private long count() {
        long count = seeds != null ? seeds : seed != null ? 1 : 100;
        if (count < 1 || count > MAX_SEEDS) throw wrong("--seeds must be 1 to " + MAX_SEEDS);
        return count;
    }

    private Optional<PlantedBug> bug() {
        if (plant == null) return Optional.empty();
        for (PlantedBug each : PlantedBug.values())
            if (each.code().equals(plant)) return Optional.of(each);
        throw wrong("unknown bug " + plant + ": there are " + String.join(", ", new BugNames()));
    }

    private int compareNamed(String name) {
        long count = seeds != null ? seeds : name.equals(NamedLoads.ALL) ? SHIPPED_SEEDS : 1;
        if (count < 1 || count > MAX_TRACE_SEEDS)
            throw wrong("with --trace, --seeds must be 1 to " + MAX_TRACE_SEEDS);
        List<NamedLoads.NamedLoad> loads = NamedLoads.find(name, seed != null ? seed : 1, count);
        if (loads.isEmpty())
            throw wrong("unknown load " + name + ": there are " + NamedLoads.names());
        if (svg != null && loads.size() > 1) throw wrong("--svg draws one load, not " + name);
        if (curve != null) return drawCurve(name, loads, curve);
        Optional<Resources> current = size();
        for (NamedLoads.NamedLoad load : loads)
            if (!compare(load.name(), new MeasuredLoad(load.trace().get(), 0), current)) return 1;
        return 0;
    }

    private int drawCurve(String name, List<NamedLoads.NamedLoad> loads, Path file) {
        var results = new LinkedHashMap<String, List<PolicyResult>>();
        for (NamedLoads.NamedLoad load : loads)
            results.put(load.name(), comparison(load.trace().get()).preferences());
        String title = "%s, %s".formatted(name, rules.rules().goal().shape().code());
        return write(file, PreferenceCurveSvg.draw(title, results)) ? 0 : 1;
    }

    private int compareFile(Path file) {
        if (seeds != null || seed != null)
            throw wrong("--seeds and --seed are for generated loads, not for a file");
        Optional<Resources> current = size();
        try (Stream<String> lines = Files.lines(file)) {
            return compare(file.toString(), load(lines, current), current) ? 0 : 1;
        } catch (TraceException e) {
            return failed(file + ": " + e.getMessage());
        } catch (UncheckedIOException e) {
            return failed(unreadable(file, Objects.requireNonNull(e.getCause())));
        } catch (IOException e) {
            return failed(unreadable(file, e));
        }
    }

    /// Returns the load in `lines`, whose beginning decides on their format.
    private MeasuredLoad load(Stream<String> lines, Optional<Resources> current)
            throws TraceException {
        Iterator<String> rest = lines.iterator();
        var head = new ArrayList<String>();
        while (head.size() < FORMAT_LINES && rest.hasNext()) head.add(rest.next());
        var iterator = Spliterators.spliteratorUnknownSize(rest, 0);
        Stream<String> all = Stream.concat(head.stream(), StreamSupport.stream(iterator, false));
        if (!CloudWatchText.isNamedIn(head)) return new MeasuredLoad(TraceText.parse(all), 0);
        return CloudWatchText.parse(
                all,
                current.orElseThrow(
                        () ->
                                wrong(
                                        "a file of CloudWatch needs the size of the instance:"
                                                + " --size CPUS:MEMORY, such as --size 4:16GiB")));
    }

    private int comparePrometheus() throws InterruptedException {
        if (seeds != null || seed != null)
            throw wrong("--seeds and --seed are for generated loads, not for --prometheus");
        Optional<Resources> given = size();
        try {
            PrometheusLoad measured = prometheus.read(Instant.now());
            return compare(measured.what(), measured.load(), given.or(measured::size)) ? 0 : 1;
        } catch (PrometheusException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Resources> size() {
        if (size == null) return Optional.empty();
        Optional<Resources> given = SizeParser.parse(size);
        if (given.isPresent()) return given;
        throw wrong("--size must be CPUS:MEMORY, such as 4:16GiB");
    }

    private static String unreadable(Path file, IOException e) {
        return "cannot read "
                + file
                + ": "
                + (e instanceof CharacterCodingException
                        ? "it is not UTF-8 text"
                        : CauseChain.chain(e));
    }

    private boolean compare(String name, MeasuredLoad measured, Optional<Resources> current) {
        LoadTrace load = measured.trace();
        PolicyComparison comparison = comparison(load);
        List<PolicyResult> results =
                current.map(comparison::withCurrentSize).orElse(comparison).results();
        TraceTable.print(name, results, json, System.out);
        if (current.isPresent() || prometheus.isGiven())
            print(name, new ReplaySummary(measured, results, current));
        return svg == null || write(svg, TraceSvg.draw(name, load, results));
    }

    private PolicyComparison comparison(LoadTrace load) {
        return new PolicyComparison(load, rules.unit(), rules.name(), rules.rules(), prices());
    }

    private static boolean write(Path file, String text) {
        try {
            Files.writeString(file, text);
            return true;
        } catch (IOException e) {
            failed("cannot write " + file + ": " + CauseChain.chain(e));
            return false;
        }
    }

    private void print(String name, ReplaySummary summary) {
        if (json) {
            System.out.println(summary.json(name).compact());
            return;
        }
        System.out.println();
        summary.sentences().forEach(System.out::println);
    }

    private Prices prices() {
        Prices standard = Prices.of(rules.unit());
        try {
            return new Prices(
                    cpuPrice != null ? cpuPrice : standard.cpuHour(),
                    memoryPrice != null ? memoryPrice : standard.gibHour());
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static int failed(String why) {
        System.err.println("elastigres simulate: " + why);
        return 1;
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
