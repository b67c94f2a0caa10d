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
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// `elastigres cluster`: runs a Kubernetes cluster to try Elastigres in, until it is interrupted.
@Command(
        name = "cluster",
        description = {
            "Run a Kubernetes cluster with Elastigres installed, until Ctrl-C. Its nodes are VMs, or"
                    + " this machine itself.",
            "",
            "Its control plane listens on this machine's loopback address only. Its only service is"
                    + " the API server's; there is no DNS. A node has two volumes and a Postgres"
                    + " image ("
                    + PodImages.POSTGRES
                    + "); one in a VM has two CPUs and 4 GiB. The first start"
                    + " builds Kubernetes and the node's image, once.",
            "",
            "A node on this machine starts within seconds and needs root, containerd, runc and the"
                    + " CNI plugins. The monitor needs cgroup v2.",
            ""
        },
        footer = {"elastigres cluster", "elastigres cluster --nodes host:2,vm:1"})
public final class ClusterCommand extends InterruptibleCommand {
    private static final int VOLUMES = 2;
    private static final Duration POLL = Duration.ofSeconds(2);

    @Option(names = "--json", description = "Print the cluster's access data as one JSON object.")
    private boolean json;

    @Option(names = "--bare", description = "Install nothing, but import the image into the node.")
    private boolean bare;

    @Option(
            names = "--nodes",
            paramLabel = "KIND:N,...",
            defaultValue = "vm:1",
            converter = NodeCountsConverter.class,
            description = "Nodes in VMs (vm:N) and on this machine itself (host:N); default: vm:1.")
    private NodeCounts nodes = new NodeCounts(0, 1);

    @Mixin private ImageOption image = new ImageOption();

    /// Reads the value of `--nodes`.
    static final class NodeCountsConverter implements ITypeConverter<NodeCounts> {
        @Override
        public NodeCounts convert(String text) {
            try {
                return NodeCounts.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

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
                            nodes.names());
            System.out.println(
                    json ? welcome.json().compact() : bare ? welcome.bare() : welcome.text());
            awaitStop(cluster, hook);
        }
        hook.exitWith(0);
    }

    private void prepare(TestCluster cluster, Path image)
            throws TestbedException, VmException, GuestException, InterruptedException {
        var kubectl = cluster.plane().kubectl();
        for (String name : nodes.names()) {
            boolean isHost = nodes.names().indexOf(name) < nodes.host();
            report("starting %s %s".formatted(name, isHost ? "on this machine" : "in a VM"));
            ClusterNode node = isHost ? cluster.joinHost(name) : cluster.join(name, List.of());
            NodeVolumes.make(kubectl, node, VOLUMES);
            node.importImage(image);
        }
        if (bare) return;
        report("installing controller, agent and monitor");
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
