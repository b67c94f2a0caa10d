package dev.elastigres.cli.simulate;

import dev.elastigres.cli.rules.ScalingRulesOptions;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.simulation.faults.PlantedBug;
import dev.elastigres.simulation.trace.LoadTrace;
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
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs the agent's core in virtual time, either with seeded faults or on a recorded load.
@Command(
        name = "simulate",
        description = {
            "Run the agent's decisions in virtual time.",
            "",
            "Without --trace: hosts full of VMs in which everything goes wrong that can, one from"
                    + " each seed. After every event all promises must hold, and when faults have"
                    + " stopped every VM must come to its goal.",
            "",
            "With --trace: a load, replayed by our rules (or those that the options say), by Neon's,"
                    + " at a fixed size (P99.5 and 20 %% more), and by the cheapest schedules that"
                    + " know the future: in whole compute units, and with CPU and memory each on its"
                    + " own. The ratio is the cost relative to the first of these. Work that finds no"
                    + " CPU waits, which is the delay. FILE is CSV; its header names the columns time"
                    + " (s), cpu, memory and working_set (bytes), in any order. generated:NAME and recorded:NAME"
                    + " are loads that come with the command; all is each of them.",
            "",
            "Exit codes: 0 fine, 1 a promise was broken or a file cannot be read, 2 wrong usage.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {"elastigres simulate --seeds 1000", "elastigres simulate --trace generated:all"})
public final class SimulateCommand implements Callable<Integer> {
    private static final long MAX_SEEDS = 1_000_000;
    private static final long MAX_TRACE_SEEDS = 1000;
    private static final long SHIPPED_SEEDS = 5;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description =
                    "How many (default: 100, or 1 with --seed; of each generated load 1, and 5"
                            + " with --trace all).")
    private @Nullable Long seeds;

    @Option(names = "--seed", paramLabel = "S", description = "The first, or only, one.")
    private @Nullable Long seed;

    @Option(
            names = "--plant",
            paramLabel = "BUG",
            description = "A bug that must be found: ${COMPLETION-CANDIDATES}.",
            completionCandidates = BugNames.class)
    private @Nullable String plant;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description =
                    "A load to replay, or generated:NAME, recorded:NAME; all of a kind with"
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

    @Mixin private ScalingRulesOptions rules = new ScalingRulesOptions();

    @Option(names = "--json", description = "One JSON object a line, for programs.")
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
    public Integer call() {
        if (trace == null) {
            if (svg != null || cpuPrice != null || memoryPrice != null)
                throw wrong("--svg, --cpu-price and --memory-price go with --trace");
            return simulate();
        }
        if (plant != null) throw wrong("--plant is for hosts with faults, not for --trace");
        return NamedLoads.areNamedBy(trace) ? compareNamed(trace) : compareFile(Path.of(trace));
    }

    private int simulate() {
        long count = seeds != null ? seeds : seed != null ? 1 : 100;
        if (count < 1 || count > MAX_SEEDS) throw wrong("--seeds must be 1 to " + MAX_SEEDS);
        long first = seed != null ? seed : 1;
        return new SeedRunner(first, count, bug(), json, System.out).run() ? 0 : 1;
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
        for (NamedLoads.NamedLoad load : loads)
            if (!compare(load.name(), load.trace().get())) return 1;
        return 0;
    }

    private int compareFile(Path file) {
        if (seeds != null || seed != null)
            throw wrong("--seeds and --seed are for generated loads, not for a file");
        try (Stream<String> lines = Files.lines(file)) {
            return compare(file.toString(), TraceText.parse(lines)) ? 0 : 1;
        } catch (TraceException e) {
            return failed(file + ": " + e.getMessage());
        } catch (UncheckedIOException e) {
            return failed(unreadable(file, Objects.requireNonNull(e.getCause())));
        } catch (IOException e) {
            return failed(unreadable(file, e));
        }
    }

    private static String unreadable(Path file, IOException e) {
        return "cannot read "
                + file
                + ": "
                + (e instanceof CharacterCodingException ? "it is no text" : CauseChain.chain(e));
    }

    private boolean compare(String name, LoadTrace load) {
        List<PolicyResult> results =
                new PolicyComparison(load, rules.unit(), rules.name(), rules.rules(), prices())
                        .results();
        TraceTable.print(name, results, json, System.out);
        if (svg == null) return true;
        try {
            Files.writeString(svg, TraceSvg.draw(name, load, results));
            return true;
        } catch (IOException e) {
            failed("cannot write " + svg + ": " + CauseChain.chain(e));
            return false;
        }
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
