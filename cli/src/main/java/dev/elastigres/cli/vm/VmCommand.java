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
            LifecycleCommands.StartCommand.class,
            LifecycleCommands.StopCommand.class,
            LifecycleCommands.KillCommand.class,
            LifecycleCommands.DeleteCommand.class,
            ShowCommands.ListCommand.class,
            ShowCommands.ShowCommand.class,
            ShowCommands.LogsCommand.class,
            ResizeCommand.class,
            MigrationCommands.MigrateCommand.class,
            MigrationCommands.SnapshotCommand.class,
            GuestCommands.ExecCommand.class,
            GuestCommands.PsqlCommand.class,
            ConsoleCommand.class
        })
public final class VmCommand {}
