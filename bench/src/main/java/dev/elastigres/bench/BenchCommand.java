package dev.elastigres.bench;

import dev.elastigres.bench.footprint.FootprintCommand;
import dev.elastigres.bench.scale.ScaleCommand;
import dev.elastigres.bench.soak.SoakCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `elastigres bench`: lists the benchmarks.
@Command(
        name = "bench",
        description = "Measure parts of Elastigres on this machine.",
        synopsisSubcommandLabel = "BENCHMARK",
        subcommands = {
            ProtocolBenchCommand.class,
            VmBenchCommand.class,
            ReactionBenchCommand.class,
            SurviveBenchCommand.class,
            AgentBenchCommand.class,
            PodsBenchCommand.class,
            PermitsBenchCommand.class,
            ScaleCommand.class,
            SoakCommand.class,
            FootprintCommand.class
        },
        mixinStandardHelpOptions = true,
        footer = {"elastigres bench protocol", "elastigres bench reaction --local"})
public final class BenchCommand implements Runnable {
    @Spec private CommandSpec spec;

    public BenchCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a benchmark");
    }
}
