package dev.elastigres.bench.scale;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.bench.scale.NodeProcesses.DaemonCommand;
import dev.elastigres.distribution.NodePayload;
import dev.elastigres.distribution.PackException;
import dev.elastigres.distribution.Payload;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.vm.VmException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs [ScaleBench] and prints its rows.
@Command(
        name = "scale",
        description = {
            "Measure what the agent of one Kubernetes node costs in a large cluster: memory, CPU,"
                    + " requests to the API server.",
            "",
            "API server, etcd, agent and monitor are real, and packed as in the image. kwok plays the"
                    + " nodes and their pods, files the cgroups of the agent's node, and this program"
                    + " the agents of the others, as far as the objects' status shows them.",
            "rest: nothing happens. moving: pods are deleted, and made again on other nodes.",
            ""
        },
        footer = "elastigres bench scale --nodes 100 --pods 5000")
public final class ScaleCommand extends BenchTask {
    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "200",
            description = "Number of nodes, one of which runs the agent (${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--pods",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Number of pods on all nodes (${DEFAULT-VALUE}).")
    private int pods;

    @Option(
            names = "--objects",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Number of PostgresAutoscaler objects (${DEFAULT-VALUE}).")
    private int objects;

    @Option(
            names = "--namespaces",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of their namespaces (${DEFAULT-VALUE}).")
    private int namespaces;

    @Option(
            names = "--moved",
            paramLabel = "PERCENT",
            defaultValue = "5",
            description = "Number of pods that are replaced per minute (${DEFAULT-VALUE}).")
    private double moved;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "Measurement time of each state (${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    protected void run(StopRequest stop)
            throws HarnessException, PackException, VmException, InterruptedException {
        ScaleBenchPlan plan = plan();
        KubernetesBinaries binaries =
                KubernetesBinaries.find()
                        .orElseThrow(() -> new VmException.Refused(KubernetesBinaries.NEEDED));
        var payload = NodePayload.ofThisApplication(System.getenv());
        var program =
                new DaemonCommand(
                        payload.agent().command(),
                        payload.monitor().command(),
                        Payload.ENVIRONMENT);
        new ScaleBench(plan, program, this::print, this::report, stop).run(binaries);
    }

    private ScaleBenchPlan plan() {
        try {
            return ScaleBenchPlan.of(nodes, pods, objects, namespaces, moved, seconds);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }
}
