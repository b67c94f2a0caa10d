package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.cluster.ImageOption;
import dev.elastigres.cluster.TestCluster;
import dev.elastigres.distribution.PackException;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs [PodsBench] and prints its rows.
@Command(
        name = "pods",
        description = {
            "Time until a Postgres pod has a requested size, in a temporary Kubernetes cluster"
                    + " with one node in a VM.",
            "",
            "kubectl: a plain patch of pods/resize, which shows the kubelet's share.",
            "agent: a patch of a PostgresAutoscaler's min, which an agent turns into the same patch.",
            "status, cgroup: from before kubectl is run until the pod's status shows the size, and"
                    + " until the container's memory.max in the node has it.",
            ""
        },
        footer = "elastigres bench pods --rounds 3 --json")
final class PodsBenchCommand extends BenchTask {
    private static final int MAX_ROUNDS = 1000;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Number of measurements of each kind (default: 10).")
    private int rounds = 10;

    @Mixin private ImageOption image = new ImageOption();

    @Override
    protected void run(StopRequest stop)
            throws HarnessException,
                    PackException,
                    VmException,
                    GuestException,
                    InterruptedException {
        if (rounds < 1 || rounds > MAX_ROUNDS) throw usage("--rounds takes 1 to " + MAX_ROUNDS);
        image.check();
        KubernetesBinaries binaries =
                KubernetesBinaries.find()
                        .orElseThrow(() -> new VmException.Refused(KubernetesBinaries.NEEDED));
        try (var agentImage = image.open(this::report)) {
            measure(binaries, agentImage.file(), stop);
        }
    }

    private void measure(KubernetesBinaries binaries, Path file, StopRequest stop)
            throws HarnessException, VmException, GuestException, InterruptedException {
        try (var cluster = TestCluster.start(binaries, this::report)) {
            var node = cluster.join("node-1", List.of());
            node.importImage(file);
            new PodsBench(rounds, this::print, this::report, stop)
                    .run(cluster.plane().kubectl(), node);
        } catch (TestbedException e) {
            throw new HarnessException("the cluster failed", e);
        }
    }
}
