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
        },
        footer = {
            "elastigres vm image build",
            "elastigres vm create db1 --cpus 1..4 --memory 512M..4G",
            "elastigres vm start db1",
            "elastigres vm psql db1"
        })
public final class VmCommand {}
