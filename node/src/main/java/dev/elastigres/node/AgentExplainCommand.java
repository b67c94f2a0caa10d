package dev.elastigres.node;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Why a VM has its size, in one sentence.
@Command(
        name = "explain",
        description = "Say in one sentence why a VM has its size.",
        mixinStandardHelpOptions = true)
final class AgentExplainCommand extends AgentTask {
    @Parameters(paramLabel = "VM", description = "Its name.")
    private String vm = "";

    @Override
    void run(AgentClient client) throws AgentException, InterruptedException {
        System.out.println(client.status(vm).text("why").orElse(""));
    }
}
