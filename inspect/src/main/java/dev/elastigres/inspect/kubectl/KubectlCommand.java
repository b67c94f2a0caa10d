package dev.elastigres.inspect.kubectl;

import picocli.CommandLine.Command;

/// `elastigres kubectl`: the commands behind `kubectl elastigres`.
@Command(
        name = "kubectl",
        description = {
            "Query the agents of a Kubernetes cluster with the user's kubeconfig.",
            "",
            "The plugin kubectl-elastigres runs these commands: `kubectl elastigres explain POD`"
                    + " is `elastigres kubectl explain POD`.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = PodExplainCommand.class,
        footer = "elastigres kubectl explain db/postgres-0")
public final class KubectlCommand {
    public KubectlCommand() {}
}
