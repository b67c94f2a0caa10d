package dev.elastigres.cli.scheduler;

import dev.elastigres.node.HelpCommand;
import picocli.CommandLine.Command;

/// `elastigres scheduler`: the commands for autoscale-scheduler.
@Command(
        name = "scheduler",
        description = "Plan moves of a cluster's VMs, and request permits from a scheduler.",
        mixinStandardHelpOptions = true,
        subcommands = {HelpCommand.class, SchedulerPlanCommand.class, SchedulerAskCommand.class},
        footer = {
            "elastigres scheduler plan cluster.json",
            "elastigres scheduler ask --address 10.0.0.7 --vm shop/db-0 --size 2:8GiB"
        })
public final class SchedulerCommand {}
