package dev.elastigres.cli;

import dev.elastigres.node.AgentCommand;
import dev.elastigres.node.MonitorCommand;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/// `completion SHELL` prints a script that makes a shell complete the commands and flags of
/// `elastigres`.
@Command(
        name = "completion",
        description = "Print a completion script for commands and flags.",
        mixinStandardHelpOptions = true,
        footer = {
            "source <(elastigres completion bash)",
            "elastigres completion bash > /etc/bash_completion.d/elastigres",
            "source <(elastigres completion zsh)",
            "elastigres completion fish > ~/.config/fish/completions/elastigres.fish"
        })
final class CompletionCommand implements Callable<Integer> {
    /// The shells that scripts exist for. Zsh reads that of bash through its own `bashcompinit`,
    /// which the script loads.
    enum Shell {
        bash,
        zsh,
        fish
    }

    private final Supplier<CommandLine> commands;
    private final List<String> scripted;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    private Shell shell = Shell.bash;

    /// @param commands makes the command line that is to be completed
    /// @param scripted names of commands that this command line lacks
    CompletionCommand(Supplier<CommandLine> commands, List<String> scripted) {
        this.commands = commands;
        this.scripted = scripted;
    }

    @Override
    public Integer call() {
        CommandLine elastigres = commands.get();
        for (String name : scripted) elastigres.addSubcommand(name, CommandSpec.create());
        addFlags(elastigres, "monitor", MonitorCommand.flags());
        addFlags(elastigres, "agent", AgentCommand.flags());
        System.out.println(
                switch (shell) {
                    case bash, zsh -> AutoComplete.bash("elastigres", elastigres);
                    case fish -> FishCompletion.of(elastigres);
                });
        return 0;
    }

    /// Adds the flags of a daemon, which parses its arguments itself.
    private static void addFlags(CommandLine elastigres, String command, List<String> flags) {
        CommandLine daemon = elastigres.getSubcommands().get(command);
        if (daemon == null) throw new IllegalArgumentException("no command " + command);
        for (String flag : flags)
            daemon.getCommandSpec().addOption(OptionSpec.builder(flag).build());
    }
}
