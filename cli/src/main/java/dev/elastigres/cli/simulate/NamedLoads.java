package dev.elastigres.cli.simulate;

import dev.elastigres.simulation.trace.GeneratedLoad;
import dev.elastigres.simulation.trace.LoadTrace;
import dev.elastigres.simulation.trace.RecordedLoad;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The built-in loads by name, such as `generated:ramp` and `recorded:rds-cc0c53`. `all` in place
/// of a name selects each load of that kind; `all` alone selects every load of both kinds.
final class NamedLoads {
    static final String GENERATED = "generated:";
    static final String RECORDED = "recorded:";
    static final String ALL = "all";

    /// @param name the printed name
    record NamedLoad(String name, Supplier<LoadTrace> trace) {}

    private NamedLoads() {}

    /// Whether `name` is meant as a load that comes with the command, not as a file.
    static boolean areNamedBy(String name) {
        return name.equals(ALL) || name.startsWith(GENERATED) || name.startsWith(RECORDED);
    }

    /// @param seeds how many seeds of each generated load, from `firstSeed` on
    /// @return empty when there is no such load
    static List<NamedLoad> find(String name, long firstSeed, long seeds) {
        var found = new ArrayList<NamedLoad>();
        part(name, RECORDED).ifPresent(code -> addRecorded(code, found));
        part(name, GENERATED).ifPresent(code -> addGenerated(code, firstSeed, seeds, found));
        return found;
    }

    /// What the help and error messages list.
    static String names() {
        return ALL
                + ", "
                + Stream.concat(
                                Stream.concat(Stream.of(ALL), codes(RecordedLoad.values()))
                                        .map(RECORDED::concat),
                                Stream.concat(Stream.of(ALL), codes(GeneratedLoad.values()))
                                        .map(GENERATED::concat))
                        .collect(Collectors.joining(", "));
    }

    private static Stream<String> codes(RecordedLoad[] loads) {
        return Arrays.stream(loads).map(RecordedLoad::code);
    }

    private static Stream<String> codes(GeneratedLoad[] loads) {
        return Arrays.stream(loads).map(GeneratedLoad::code);
    }

    private static Optional<String> part(String name, String prefix) {
        if (name.equals(ALL)) return Optional.of(ALL);
        return name.startsWith(prefix)
                ? Optional.of(name.substring(prefix.length()))
                : Optional.empty();
    }

    private static void addRecorded(String code, List<NamedLoad> found) {
        for (RecordedLoad load : RecordedLoad.values())
            if (code.equals(ALL) || code.equals(load.code()))
                found.add(new NamedLoad(RECORDED + load.code(), load::trace));
    }

    private static void addGenerated(
            String code, long firstSeed, long seeds, List<NamedLoad> found) {
        for (GeneratedLoad load : GeneratedLoad.values())
            if (code.equals(ALL) || code.equals(load.code()))
                for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
                    long one = seed;
                    String suffix = seeds == 1 ? "" : ", seed " + seed;
                    found.add(
                            new NamedLoad(GENERATED + load.code() + suffix, () -> load.trace(one)));
                }
    }
}
