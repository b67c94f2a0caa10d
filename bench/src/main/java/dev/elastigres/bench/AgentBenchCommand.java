package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
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
            "Measure the cost of an agent with many VMs: time until all their monitors are"
                    + " connected, CPU, memory; and its latency. The VMs are fake: a size in"
                    + " memory, a monitor's WebSocket and a metrics page, which another process"
                    + " serves over loopback.",
            "",
            "bare: the same sessions without an agent. Memory is that of one VM: live objects, and"
                    + " the resident memory of the process. CPU is of one core, with only"
                    + " metrics and health checks; peers, that of all monitors.",
            "events: upscale requests, 50 per second; timed from the request until the VM is being"
                    + " resized.",
            "again: time until all are connected to the next agent, after the end of the first.",
            ""
        },
        footer = "elastigres bench agent --vms 1000")
final class AgentBenchCommand extends BenchTask {
    @Option(
            names = "--vms",
            split = ",",
            paramLabel = "N",
            defaultValue = "1000,10000",
            converter = FleetSizeConverter.class,
            description = "Numbers of VMs, measured one after the other (default: 1000,10000).")
    private List<Integer> vms = List.of();

    private static final class FleetSizeConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.matches("\\d{1,6}")) {
                int vms = Integer.parseInt(text);
                if (vms >= 1 && vms <= AgentBenchPlan.MAX_VMS) return vms;
            }
            throw new TypeConversionException(
                    "'" + text + "' is not 1 to " + AgentBenchPlan.MAX_VMS + " VMs");
        }
    }

    @Override
    protected void run(StopRequest stop) throws HarnessException, InterruptedException {
        new AgentBench(AgentBenchPlan.of(fitting()), this::print, this::report, stop).run();
    }

    /// Returns the numbers of VMs, reduced to what the limit of file descriptors allows.
    private List<Integer> fitting() throws HarnessException {
        FileDescriptorLimit limit = FileDescriptorLimit.ours();
        int max = limit.vms();
        if (max < 1)
            throw new HarnessException(
                    limit.descriptors() + " file descriptors are too few (ulimit -n)");
        Set<Integer> sizes = new LinkedHashSet<>();
        for (int each : vms) {
            if (each > max)
                report(
                        "%d VMs do not fit into %d file descriptors (ulimit -n), %d do"
                                .formatted(each, limit.descriptors(), max));
            sizes.add(Math.min(each, max));
        }
        return new ArrayList<>(sizes);
    }
}
