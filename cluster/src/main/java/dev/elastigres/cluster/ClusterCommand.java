package dev.elastigres.cluster;

import dev.elastigres.daemon.log.CauseChain;
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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `elastigres cluster`: runs a Kubernetes cluster to try Elastigres in, until it is interrupted.
/// Exit codes: 1 failure, 2 a precondition is not met, 130 interrupted before the cluster was up.
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
public final class ClusterCommand implements Callable<Integer> {
    private static final String NODE = "node-1";
    private static final int VOLUMES = 2;
    private static final Duration POLL = Duration.ofSeconds(2);

    // picocli reads this field.
    @SuppressWarnings("unused")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(names = "--json", description = "Print the cluster's access data as one JSON object.")
    private boolean json;

    @Option(names = "--bare", description = "Install nothing, but import the image into the node.")
    private boolean bare;

    @Mixin private ImageOption image = new ImageOption();

    public ClusterCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        image.check();
        var stop = new StopRequest();
        try (var atEnd = ShutdownHook.run(stop)) {
            try {
                run(atEnd);
                atEnd.exitWith(0);
                return 0;
            } catch (TestbedException | PackException | VmException | GuestException e) {
                // The interrupt itself causes such failures, so they are not reported.
                if (atEnd.hasBegun()) return 130;
                say(clause(e));
                return code(e);
            } catch (InterruptedException e) {
                if (atEnd.hasBegun()) return 130;
                throw e;
            }
        }
    }

    /// Runs the cluster. It is removed completely when this returns or throws.
    private void run(ShutdownHook atEnd)
            throws TestbedException,
                    PackException,
                    VmException,
                    GuestException,
                    InterruptedException {
        KubernetesBinaries binaries =
                KubernetesBinaries.find()
                        .orElseThrow(() -> new VmException.Refused(KubernetesBinaries.NEEDED));
        try (var agentImage = image.open(ClusterCommand::say);
                var cluster = TestCluster.start(binaries, ClusterCommand::say)) {
            prepare(cluster, agentImage.file());
            var welcome =
                    new ClusterSummary(
                            KubernetesBinaries.version(),
                            cluster.plane().adminKubeconfig(),
                            cluster.plane().kubectl().program(),
                            NODE);
            System.out.println(
                    json ? welcome.json().compact() : bare ? welcome.bare() : welcome.text());
            awaitStop(cluster, atEnd);
        }
    }

    private void prepare(TestCluster cluster, Path image)
            throws TestbedException, VmException, GuestException, InterruptedException {
        say("starting the node");
        var kubectl = cluster.plane().kubectl();
        var node = cluster.join(NODE, List.of());
        NodeVolumes.make(kubectl, node, VOLUMES);
        node.importImage(image);
        if (bare) return;
        say("installing agent and monitor");
        Manifests.apply(kubectl);
        Manifests.awaitReady(kubectl);
    }

    /// Returns when the command is interrupted.
    private static void awaitStop(TestCluster cluster, ShutdownHook atEnd)
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
            if (!atEnd.hasBegun()) throw e;
            say("ending");
        }
    }

    /// Returns the message. Those of VM and package failures include their causes already.
    private static String clause(Exception e) {
        return e instanceof VmException || e instanceof PackException
                ? String.valueOf(e.getMessage())
                : CauseChain.chain(e);
    }

    private static int code(Exception e) {
        return e instanceof VmException.Refused
                        || e instanceof VmException.Missing
                        || e instanceof PackException.Refused
                ? 2
                : 1;
    }

    /// Prints a line for the user; standard output is for machine-readable output.
    private static void say(String line) {
        System.err.println("elastigres cluster: " + line);
    }
}
