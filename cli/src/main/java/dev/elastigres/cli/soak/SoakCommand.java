package dev.elastigres.cli.soak;

import dev.elastigres.cli.process.AtEnd;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.protocol.json.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs [Soak] and prints its rows.
@Command(
        name = "soak",
        description = {
            "Live hours of a monitor's life in minutes, beside a real Postgres, and see whether it"
                    + " leaks or loses anything.",
            "",
            "Exit code 1 when it does. Resident memory is shown and not judged: it follows the heap"
                    + " up to the heap's limit.",
            ""
        })
public final class SoakCommand implements Callable<Integer> {
    // Read by the library.
    @SuppressWarnings("unused")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Messages of agents (${DEFAULT-VALUE}).")
    private int messages;

    @Option(
            names = "--reconnects",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Agents that come and go (${DEFAULT-VALUE}).")
    private int reconnects;

    @Option(
            names = "--restarts",
            paramLabel = "N",
            defaultValue = "50",
            description = "Restarts of Postgres (${DEFAULT-VALUE}).")
    private int restarts;

    @Option(
            names = "--cgroups",
            paramLabel = "N",
            defaultValue = "50",
            description = "New cgroups for Postgres (${DEFAULT-VALUE}).")
    private int cgroups;

    @Option(names = "--json", description = "One JSON object a line, for programs.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var soak = new Soak(plan());
        try (var atEnd = AtEnd.run(soak::stop)) {
            return run(soak, atEnd);
        }
    }

    private SoakPlan plan() {
        try {
            return new SoakPlan(messages, reconnects, restarts, cgroups);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int run(Soak soak, AtEnd atEnd) throws InterruptedException {
        try {
            List<SoakRow> rows = soak.run();
            if (json) rows.forEach(row -> System.out.println(json(row)));
            else print(rows);
            return rows.stream().allMatch(SoakRow::isSound) ? 0 : 1;
        } catch (SoakException e) {
            if (atEnd.hasBegun()) return 130;
            System.err.println("elastigres bench soak: " + Causes.chain(e));
            return 1;
        }
    }

    private static void print(List<SoakRow> rows) {
        System.out.printf("%-18s %12s %12s%n", "what", "done", "lost");
        for (SoakRow row : rows)
            if (row instanceof SoakRow.Done(String what, int done, int lost))
                System.out.printf("%-18s %12d %12d%n", what, done, lost);
        System.out.printf("%n%-18s %12s %12s %12s%n", "what", "before", "after", "verdict");
        for (SoakRow row : rows)
            if (row instanceof SoakRow.Growth(String what, long before, long after, long _))
                System.out.printf(
                        "%-18s %12d %12d %12s%n",
                        what, before, after, row.isSound() ? "flat" : "leaked");
    }

    static String json(SoakRow row) {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "soak");
                    switch (row) {
                        case SoakRow.Done(String what, int done, int lost) -> {
                            json.writeStringField("what", what);
                            json.writeNumberField("done", done);
                            json.writeNumberField("lost", lost);
                        }
                        case SoakRow.Growth(String what, long before, long after, long _) -> {
                            json.writeStringField("what", what);
                            json.writeNumberField("before", before);
                            json.writeNumberField("after", after);
                            json.writeBooleanField("leaked", !row.isSound());
                        }
                    }
                    json.writeEndObject();
                });
    }
}
