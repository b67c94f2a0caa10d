package dev.elastigres.bench;

import dev.elastigres.bench.BenchPod.Seen;
import dev.elastigres.cluster.ClusterNode;
import dev.elastigres.cluster.Manifests;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.Stop;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.util.function.Consumer;

/// How soon a pod has the size that was asked for: one by `kubectl` alone, which is what the
/// kubelet takes, and beside it one by way of an agent. In turns, on one node.
final class PodsBench {
    private static final int BARE_PORT = 5432;
    private static final int SCALED_PORT = 5433;

    private final int rounds;
    private final Consumer<PodsRow> results;
    private final Consumer<String> progress;
    private final Stop stop;

    /// @param results takes each row
    /// @param progress takes lines for a person who waits
    /// @param stop heard after the round under way
    PodsBench(int rounds, Consumer<PodsRow> results, Consumer<String> progress, Stop stop) {
        this.rounds = rounds;
        this.results = results;
        this.progress = progress;
        this.stop = stop;
    }

    /// @param node of `kubectl`'s cluster, with the image of agent and monitor
    void run(Kubectl kubectl, ClusterNode node)
            throws BenchException,
                    TestbedException,
                    VmException,
                    GuestException,
                    InterruptedException {
        progress.accept("starting agent, monitor and two pods");
        Manifests.apply(kubectl);
        BenchPod bare = BenchPod.start(kubectl, node, "bare", BARE_PORT);
        BenchPod scaled = BenchPod.start(kubectl, node, "scaled", SCALED_PORT);
        Manifests.awaitReady(kubectl);
        scaled.handOver();

        var byKubectl = new Pair("kubectl");
        var byAgent = new Pair("agent");
        for (int round = 1; round <= rounds; round++) {
            stop.check();
            progress.accept("round %d of %d".formatted(round, rounds));
            byKubectl.add(bare.await(2, () -> bare.patch(2)));
            byAgent.add(scaled.await(2, () -> scaled.min(2)));
            bare.await(1, () -> bare.patch(1));
            scaled.await(1, () -> scaled.min(1));
        }
        byKubectl.report();
        byAgent.report();
    }

    /// What was seen of those that one asked for.
    private final class Pair {
        private final String by;
        private final Samples status = new Samples(rounds);
        private final Samples cgroup = new Samples(rounds);

        private Pair(String by) {
            this.by = by;
        }

        private void add(Seen seen) {
            status.add(seen.status());
            cgroup.add(seen.cgroup());
        }

        private void report() {
            results.accept(new PodsRow(by, "status", status));
            results.accept(new PodsRow(by, "cgroup", cgroup));
        }
    }
}
