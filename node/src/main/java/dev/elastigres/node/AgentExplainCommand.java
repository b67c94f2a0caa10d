package dev.elastigres.node;

import dev.elastigres.protocol.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Prints in one sentence why a VM has its size, and a line for each dependency that cannot be
/// reached.
@Command(
        name = "explain",
        description =
                "Print in one sentence why a VM has its size, and which dependencies cannot be reached.",
        mixinStandardHelpOptions = true,
        footer = "elastigres agent explain db1")
final class AgentExplainCommand extends AgentQuery {
    @Parameters(paramLabel = "VM", description = "Name of the VM.")
    private String vm = "";

    @Override
    protected void run(AgentClient client) throws AgentQueryException, InterruptedException {
        Json.Obj status = client.status(vm);
        System.out.println(status.text("why").orElse(""));
        AgentStatusCommand.problems(status)
                .forEach(problem -> System.out.println("problem: " + problem));
    }
}
