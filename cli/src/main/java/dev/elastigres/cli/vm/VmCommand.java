package dev.elastigres.cli.vm;

import dev.elastigres.node.HelpCommand;
import picocli.CommandLine.Command;

@Command(
        name = "vm",
        description = "Virtual machines with Postgres that change their size while it runs.",
        mixinStandardHelpOptions = true,
        subcommands = {
            HelpCommand.class,
            ImageCommand.class,
            CreateCommand.class,
            LifeCommands.Start.class,
            LifeCommands.Stop.class,
            LifeCommands.Kill.class,
            LifeCommands.Delete.class,
            ShowCommands.ListAll.class,
            ShowCommands.Show.class,
            ShowCommands.Logs.class,
            ResizeCommand.class,
            MoveCommands.Migrate.class,
            MoveCommands.Snapshot.class,
            GuestCommands.Exec.class,
            GuestCommands.Psql.class,
            ConsoleCommand.class
        })
public final class VmCommand {}
