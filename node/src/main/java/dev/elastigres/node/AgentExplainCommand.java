package dev.elastigres.node;

import dev.elastigres.daemon.settings.ParseResult;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints in one sentence why a VM has its size, and a line for each dependency that cannot be
/// reached. With `--since`, prints what happened before, too.
@Command(
        name = "explain",
        description = {
            "Print in one sentence why a VM has its size, and which dependencies cannot be reached.",
            "",
            "With --since, also list the changes of its size in that time with their reasons, and"
                    + " the range of its demand and of its size. The agent keeps one day.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {"elastigres agent explain db1", "elastigres agent explain --since 2h db1"})
final class AgentExplainCommand extends AgentQuery {
    private static final Duration MAX = Duration.ofDays(1);

    @Parameters(paramLabel = "VM", description = "Name of the VM.")
    private String vm = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "How far to look back, such as 10m or 2h; at most 24h.")
    private @Nullable String since;

    @Spec private CommandSpec command;

    @Override
    protected void run(AgentClient client) throws AgentQueryException, InterruptedException {
        Optional<Duration> back = Optional.ofNullable(since).map(this::back);
        Json.Obj status = client.status(vm);
        System.out.println(status.text("why").orElse(""));
        AgentStatusCommand.problems(status)
                .forEach(problem -> System.out.println("problem: " + problem));
        if (back.isEmpty()) return;
        Instant begin = Instant.now().minus(back.get());
        HistoryLines.of(client.history(vm), begin).forEach(System.out::println);
    }

    private Duration back(String text) {
        return switch (SettingType.duration(Duration.ofSeconds(1), MAX).parser().apply(text)) {
            case ParseResult.Valid<Duration>(Duration back) -> back;
            case ParseResult.Invalid<Duration>(String why) ->
                    throw new ParameterException(
                            command.commandLine(), "--since: \"" + text + "\" " + why);
        };
    }
}
