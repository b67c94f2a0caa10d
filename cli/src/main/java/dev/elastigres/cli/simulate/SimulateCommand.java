package dev.elastigres.cli.simulate;

import dev.elastigres.cli.rules.RulesOptions;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.simulation.faults.Bug;
import dev.elastigres.simulation.trace.Comparison;
import dev.elastigres.simulation.trace.GeneratedLoad;
import dev.elastigres.simulation.trace.Trace;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs the agent's core in virtual time: with faults from seeds, or on a recorded load.
@Command(
        name = "simulate",
        description = {
            "Run the agent's decisions in virtual time.",
            "",
            "Without --trace: hosts full of VMs in which everything goes wrong that can, one from"
                    + " each seed. After every event all promises must hold, and when faults have"
                    + " stopped every VM must come to its goal.",
            "",
            "With --trace: a load, replayed by our rules (or those that the options say), by Neon's"
                    + " and at a fixed size (P99.5 and 20 %% more). FILE is CSV; its header names"
                    + " the columns time (s), cpu, memory and working_set (bytes), in any order."
                    + " generated:NAME is one that comes with it.",
            "",
            "Exit codes: 0 fine, 1 a promise was broken or a file cannot be read, 2 wrong usage.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {
    private static final String GENERATED = "generated:";
    private static final long MOST_SEEDS = 1_000_000;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How many (default: 100, or 1 with --seed).")
    private @Nullable Long seeds;

    @Option(names = "--seed", paramLabel = "S", description = "The first, or only, one.")
    private @Nullable Long seed;

    @Option(
            names = "--plant",
            paramLabel = "BUG",
            description = "A bug that must be found: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Bugs.class)
    private @Nullable String plant;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "A load to replay, or generated:NAME; all of those with generated:all.")
    private @Nullable String trace;

    @Mixin private RulesOptions rules = new RulesOptions();

    @Option(names = "--json", description = "One JSON object a line, for programs.")
    private boolean json;

    @Spec private CommandSpec spec;

    /// The names of the bugs, for the help.
    static final class Bugs implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Bug.values()).map(Bug::code).iterator();
        }
    }

    @Override
    public Integer call() {
        if (trace == null) return simulate();
        if (seeds != null || plant != null)
            throw wrong("--trace replays a load: --seeds and --plant are for the other kind");
        return trace.startsWith(GENERATED)
                ? compareGenerated(trace.substring(GENERATED.length()))
                : compareFile(Path.of(trace));
    }

    private int simulate() {
        long count = seeds != null ? seeds : seed != null ? 1 : 100;
        if (count < 1 || count > MOST_SEEDS) throw wrong("--seeds must be 1 to " + MOST_SEEDS);
        long first = seed != null ? seed : 1;
        return new Seeds(first, count, bug(), json, System.out).run() ? 0 : 1;
    }

    private Optional<Bug> bug() {
        if (plant == null) return Optional.empty();
        for (Bug each : Bug.values()) if (each.code().equals(plant)) return Optional.of(each);
        throw wrong("unknown bug " + plant + ": there are " + String.join(", ", new Bugs()));
    }

    private int compareGenerated(String name) {
        List<GeneratedLoad> loads =
                Arrays.stream(GeneratedLoad.values())
                        .filter(it -> it.code().equals(name) || name.equals("all"))
                        .toList();
        if (loads.isEmpty())
            throw wrong(
                    "unknown load "
                            + name
                            + ": there are all, "
                            + Arrays.stream(GeneratedLoad.values())
                                    .map(GeneratedLoad::code)
                                    .collect(Collectors.joining(", ")));
        for (GeneratedLoad load : loads)
            compare(GENERATED + load.code(), load.trace(seed != null ? seed : 1));
        return 0;
    }

    private int compareFile(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            compare(file.toString(), TraceText.parse(lines));
            return 0;
        } catch (TraceException e) {
            return failed(file + ": " + e.getMessage());
        } catch (UncheckedIOException e) {
            return failed(unreadable(file, e.getCause()));
        } catch (IOException e) {
            return failed(unreadable(file, e));
        }
    }

    private static String unreadable(Path file, IOException e) {
        return "cannot read "
                + file
                + ": "
                + (e instanceof CharacterCodingException ? "it is no text" : Causes.chain(e));
    }

    private void compare(String name, Trace load) {
        var verdicts = new Comparison(load, rules.unit(), rules.name(), rules.rules()).verdicts();
        TraceTable.print(name, verdicts, json, System.out);
    }

    private static int failed(String why) {
        System.err.println("elastigres simulate: " + why);
        return 1;
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
