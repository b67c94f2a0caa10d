package dev.elastigres.cluster;

import dev.elastigres.distribution.PackException;
import dev.elastigres.harness.ShutdownHook;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `elastigres cluster`: runs a Kubernetes cluster to try Elastigres in, until it is interrupted.
@Command(
        name = "cluster",
        description = {
            "Run a Kubernetes cluster with one node in a VM and Elastigres installed, until"
                    + " Ctrl-C.",
            "",
            "Its control plane listens on this machine's loopback address only. Its only service is"
                    + " the API server's; there is no DNS. The node has two CPUs, 4 GiB, two"
                    + " volumes and a Postgres image ("
                    + PodImages.POSTGRES
                    + "). The first start"
                    + " builds Kubernetes and the node's image, once.",
            ""
        },
        footer = "elastigres cluster")
public final class ClusterCommand extends InterruptibleCommand {
    private static final String NODE = "node-1";
    private static final int VOLUMES = 2;
    private static final Duration POLL = Duration.ofSeconds(2);

    @Option(names = "--json", description = "Print the cluster's access data as one JSON object.")
    private boolean json;

    @Option(names = "--bare", description = "Install nothing, but import the image into the node.")
    private boolean bare;

    @Mixin private ImageOption image = new ImageOption();

    public ClusterCommand() {}

    @Override
    protected void run(StopRequest stop, ShutdownHook hook)
            throws TestbedException,
                    PackException,
                    VmException,
                    GuestException,
                    InterruptedException {
        image.check();
        KubernetesBinaries binaries =
                KubernetesBinaries.find()
                        .orElseThrow(() -> new VmException.Refused(KubernetesBinaries.NEEDED));
        try (var agentImage = image.open(this::report);
                var cluster = TestCluster.start(binaries, this::report)) {
            prepare(cluster, agentImage.file());
            var welcome =
                    new ClusterSummary(
                            KubernetesBinaries.version(),
                            cluster.plane().adminKubeconfig(),
                            cluster.plane().kubectl().program(),
                            NODE);
            System.out.println(
                    json ? welcome.json().compact() : bare ? welcome.bare() : welcome.text());
            awaitStop(cluster, hook);
        }
        hook.exitWith(0);
    }

    private void prepare(TestCluster cluster, Path image)
            throws TestbedException, VmException, GuestException, InterruptedException {
        report("starting the node");
        var kubectl = cluster.plane().kubectl();
        var node = cluster.join(NODE, List.of());
        NodeVolumes.make(kubectl, node, VOLUMES);
        node.importImage(image);
        if (bare) return;
        report("installing agent and monitor");
        Manifests.apply(kubectl);
        Manifests.awaitReady(kubectl);
    }

    /// Returns when the command is interrupted.
    private void awaitStop(TestCluster cluster, ShutdownHook hook)
            throws TestbedException, VmException, InterruptedException {
        try {
            while (true) {
                Thread.sleep(POLL);
                try {
                    cluster.check();
                } catch (TestbedException | VmException e) {
                    // Ctrl-C on a terminal may end the cluster's processes before this one.
                    Thread.sleep(POLL);
                    throw e;
                }
            }
        } catch (InterruptedException e) {
            if (!hook.hasBegun()) throw e;
            report("ending");
        }
    }
}
