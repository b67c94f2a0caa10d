package dev.elastigres.cli.simulate;

import dev.elastigres.protocol.json.Json;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/// Prints the violations that seeds of a simulation found.
///
/// @param command the command and its options that simulate a seed again, before `--seed`
/// @param bug code of the planted bug
/// @param isSingle whether there is one seed, whose last events are printed, and no command
record ViolationPrinter(
        String command, Optional<String> bug, boolean isSingle, boolean json, PrintStream out) {
    /// Maximum number of violations to print.
    static final int MAX_PRINTED = 10;

    void print(long seed, String violation, List<String> lastEvents) {
        String replay =
                "./elastigres "
                        + command
                        + " --seed "
                        + seed
                        + bug.map(it -> " --plant " + it).orElse("");
        if (json) {
            out.println(
                    Json.object()
                            .with("seed", seed)
                            .with("violation", violation)
                            .with("replay", replay)
                            .compact());
            return;
        }
        lastEvents.forEach(out::println);
        out.println("seed " + seed + ", " + violation);
        if (!isSingle) out.println("  again with: " + replay);
    }
}
