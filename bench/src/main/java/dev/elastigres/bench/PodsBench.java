package dev.elastigres.bench;

import dev.elastigres.bench.BenchPod.SizeLatency;
import dev.elastigres.cluster.Manifests;
import dev.elastigres.cluster.VmNode;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.util.function.Consumer;

/// Measures how soon a pod has a requested size: one pod through `kubectl` alone, which shows the
/// kubelet's share, and one through an agent. Both are on one node and take turns.
final class PodsBench {
    private static final int BARE_PORT = 5432;
    private static final int SCALED_PORT = 5433;

    private final int rounds;
    private final Consumer<PodsBenchRow> results;
    private final Consumer<String> progress;
    private final StopRequest stop;

    /// @param results receives each row
    /// @param progress receives lines of progress for an interactive user
    /// @param stop checked after each round
    PodsBench(
            int rounds,
            Consumer<PodsBenchRow> results,
            Consumer<String> progress,
            StopRequest stop) {
        this.rounds = rounds;
        this.results = results;
        this.progress = progress;
        this.stop = stop;
    }

    /// @param node of `kubectl`'s cluster, with the image of agent and monitor imported
    void run(Kubectl kubectl, VmNode node)
            throws HarnessException,
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

        var byKubectl = new LatencyPair("kubectl");
        var byAgent = new LatencyPair("agent");
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

    /// Latencies of the requests of one client.
    private final class LatencyPair {
        private final String by;
        private final LatencySamples status = new LatencySamples(rounds);
        private final LatencySamples cgroup = new LatencySamples(rounds);

        private LatencyPair(String by) {
            this.by = by;
        }

        private void add(SizeLatency seen) {
            status.add(seen.status());
            cgroup.add(seen.cgroup());
        }

        private void report() {
            results.accept(new PodsBenchRow(by, "status", status));
            results.accept(new PodsBenchRow(by, "cgroup", cgroup));
        }
    }
}
