package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.Stop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Runs [AgentBench] and prints its rows.
@Command(
        name = "agent",
        description = {
            "Measure what an agent costs that has many VMs: time until all their monitors are"
                    + " connected, CPU, memory; and how soon it acts. The VMs are made up: a size in"
                    + " memory, a monitor's WebSocket and a metrics page, which another process"
                    + " serves over loopback.",
            "",
            "bare: the same sessions without an agent. Memory is that of one VM: live objects, and"
                    + " what the process has in memory. CPU is of one core, with nothing to do but"
                    + " metrics and health checks; peers, that of all monitors.",
            "events: monitors that ask for more, 50 a second; timed from there until the VM is being"
                    + " resized.",
            "again: until all are connected, after the agent's end, to the next one.",
            ""
        })
final class AgentBenchCommand extends BenchTask {
    @Option(
            names = "--vms",
            split = ",",
            paramLabel = "N",
            defaultValue = "1000,10000",
            converter = Sizes.class,
            description = "How many, one after the other (default: 1000,10000).")
    private List<Integer> vms = List.of();

    private static final class Sizes implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.matches("\\d{1,6}")) {
                int vms = Integer.parseInt(text);
                if (vms >= 1 && vms <= AgentPlan.MOST_VMS) return vms;
            }
            throw new TypeConversionException(
                    "'" + text + "' is not 1 to " + AgentPlan.MOST_VMS + " VMs");
        }
    }

    @Override
    protected void run(Stop stop) throws BenchException, InterruptedException {
        new AgentBench(AgentPlan.of(fitting()), this::print, this::say, stop).run();
    }

    /// As many as there are file descriptors for.
    private List<Integer> fitting() throws BenchException {
        FileLimit limit = FileLimit.ours();
        int most = limit.vms();
        if (most < 1)
            throw new BenchException(
                    limit.descriptors() + " file descriptors are too few (ulimit -n)");
        Set<Integer> sizes = new LinkedHashSet<>();
        for (int each : vms) {
            if (each > most)
                say(
                        "%d VMs do not fit into %d file descriptors (ulimit -n), %d do"
                                .formatted(each, limit.descriptors(), most));
            sizes.add(Math.min(each, most));
        }
        return new ArrayList<>(sizes);
    }
}
