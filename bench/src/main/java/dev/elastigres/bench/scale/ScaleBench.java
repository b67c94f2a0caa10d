package dev.elastigres.bench.scale;

import dev.elastigres.agent.AgentStartException;
import dev.elastigres.bench.footprint.ProcessMemory;
import dev.elastigres.bench.scale.NodeProcesses.DaemonCommand;
import dev.elastigres.cluster.Manifests;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.kubernetes.ApiClientFactory;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.testbed.kubernetes.KwokNodes;
import dev.elastigres.testbed.process.OrphanReaper;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Measures one node's agent in a large cluster, at rest and while pods move between nodes. API
/// server and etcd, the controller, the agent and its monitor are real. kwok simulates the nodes,
/// files simulate the cgroups of one node, and this program reports as the agents of the other
/// nodes.
final class ScaleBench {
    /// Number of the node with the agent.
    static final int NODE = 0;

    private static final String ACCOUNT = "elastigres";
    private static final String USER = "system:serviceaccount:%1$s:%1$s".formatted(ACCOUNT);
    private static final String CONTROLLER = "elastigres-controller";
    private static final Duration LOOK = Duration.ofSeconds(1);

    /// A longer sleep of one second means that this machine was suspended.
    private static final Duration STALL = Duration.ofSeconds(4);

    private static final Duration QUIET_TIMEOUT = Duration.ofMinutes(5);

    /// Time from the first move to the start of the measurement.
    private static final Duration LEAD = Duration.ofSeconds(10);

    private final ScaleBenchPlan plan;
    private final DaemonCommand program;
    private final Consumer<ScaleBenchRow> rows;
    private final Consumer<String> progress;
    private final StopRequest stop;

    /// @param program commands of the agent and the monitor
    /// @param rows receives each row when it is complete
    /// @param progress receives lines of progress for an interactive user
    ScaleBench(
            ScaleBenchPlan plan,
            DaemonCommand program,
            Consumer<ScaleBenchRow> rows,
            Consumer<String> progress,
            StopRequest stop) {
        this.plan = plan;
        this.program = program;
        this.rows = rows;
        this.progress = progress;
        this.stop = stop;
    }

    /// Runs the benchmark. Everything is removed when this returns or throws.
    void run(KubernetesBinaries binaries) throws HarnessException, InterruptedException {
        try {
            Path folder = Files.createTempDirectory("elastigres-scale-");
            OrphanReaper.watch(folder);
            try (var plane = ControlPlane.startAudited(binaries);
                    var client = ApiClientFactory.open(Optional.of(plane.adminKubeconfig()))) {
                try {
                    run(plane, client, folder);
                } finally {
                    // A pending interrupt would abort the cleanup of the cluster.
                    if (Thread.interrupted()) progress.accept("stopping");
                }
            } finally {
                FileTrees.delete(folder);
            }
        } catch (IOException e) {
            throw new HarnessException("cannot write the benchmark's files", e);
        } catch (AgentStartException e) {
            throw new HarnessException("cannot talk to the cluster", e);
        } catch (TestbedException e) {
            throw new HarnessException("the cluster failed", e);
        }
    }

    private void run(ControlPlane plane, KubernetesClient client, Path folder)
            throws HarnessException, TestbedException, IOException, InterruptedException {
        install(plane);
        SimulatedCluster.make(plan, plane, client, progress);
        Path cgroups = Files.createDirectory(folder.resolve("cgroups"));
        var requests = new ApiRequestCounts(plane.auditLog(), USER);
        Path account = plane.kubeconfig(ACCOUNT, ACCOUNT);
        try (var controller =
                        ControllerProcess.start(program, plane.kubeconfig(ACCOUNT, CONTROLLER));
                var agents = SimulatedAgents.start(client);
                var tree = SimulatedCgroups.start(cgroups, client, NODE);
                var agent = NodeProcesses.start(program, account, cgroups, folder)) {
            awaitReports(agents, controller);
            awaitQuiet(agent, requests, client);
            progress.accept("at rest for %d s".formatted(plan.watch().toSeconds()));
            rows.accept(watch(ScaleBenchRow.ScaleState.REST, agent, requests, Optional.empty()));
            try (var movement = new PodChurn(plan, client)) {
                progress.accept(
                        "moving %s %% of the pods a minute for %d s"
                                .formatted(plan.moved(), plan.watch().toSeconds()));
                movement.start();
                Thread.sleep(LEAD);
                rows.accept(
                        watch(
                                ScaleBenchRow.ScaleState.MOVING,
                                agent,
                                requests,
                                Optional.of(movement)));
                movement.check();
                agents.check();
            }
            tree.check();
            progress.accept("the controller: " + controller.figures());
        }
    }

    /// Installs the manifests that users apply.
    private static void install(ControlPlane plane) throws TestbedException {
        plane.kubectl().run("create", "namespace", ACCOUNT);
        plane.kubectl().apply(Manifests.elastigres());
        // The agent's process runs in no pod, so its token names no node.
        plane.kubectl().run("delete", "validatingadmissionpolicybinding", "elastigres-node");
        plane.awaitDefinitions();
    }

    /// Waits until the agents of the other nodes have reported their pods.
    private void awaitReports(SimulatedAgents agents, ControllerProcess controller)
            throws HarnessException, InterruptedException {
        int expected =
                (int) IntStream.range(0, plan.pods()).filter(it -> plan.nodeOf(it) != NODE).count();
        progress.accept("waiting for the reports of %d pods".formatted(expected));
        long begin = System.nanoTime();
        while (agents.reported() < expected) {
            stop.check();
            controller.check();
            if (System.nanoTime() - begin > QUIET_TIMEOUT.toNanos())
                throw new HarnessException(
                        "only %d pods are reported after %d s"
                                .formatted(agents.reported(), QUIET_TIMEOUT.toSeconds()));
            Thread.sleep(LOOK);
        }
    }

    /// Waits until the agent has written the status of its pods, and then made no request for some
    /// time.
    private void awaitQuiet(NodeProcesses agent, ApiRequestCounts requests, KubernetesClient client)
            throws HarnessException, InterruptedException {
        progress.accept("waiting until the agent has settled");
        long begin = System.nanoTime();
        long quietSince = begin;
        long mark = 0;
        while (mark == 0 || System.nanoTime() - quietSince < plan.quiet().toNanos()) {
            stop.check();
            agent.check();
            if (System.nanoTime() - begin > QUIET_TIMEOUT.toNanos())
                throw new HarnessException(
                        "the agent has not settled after %d s; it requested %s; %s"
                                .formatted(
                                        QUIET_TIMEOUT.toSeconds(),
                                        requests.between(0, requests.mark()),
                                        agent.problems()));
            Thread.sleep(LOOK);
            long now = requests.mark();
            if (now != mark || !hasWritten(requests)) quietSince = System.nanoTime();
            mark = now;
        }
        progress.accept(
                "the agent requested %s, and reported %d pods as settled"
                        .formatted(requests.between(0, requests.mark()), settled(client)));
    }

    private static boolean hasWritten(ApiRequestCounts requests) throws HarnessException {
        return requests.between(0, requests.mark()).containsKey("patch nodeplans/status");
    }

    private static int settled(KubernetesClient client) throws HarnessException {
        String node = KwokNodes.node(NODE);
        NodePlan own = client.resources(NodePlan.class).withName(node).get();
        int settled =
                own == null
                        ? 0
                        : (int)
                                own.findStatus().stream()
                                        .flatMap(it -> it.allPods().stream())
                                        .filter(it -> "Settled".equals(it.state()))
                                        .count();
        if (settled == 0) throw new HarnessException("the agent has written nothing");
        return settled;
    }

    private ScaleBenchRow watch(
            ScaleBenchRow.ScaleState state,
            NodeProcesses agent,
            ApiRequestCounts requests,
            Optional<PodChurn> movement)
            throws HarnessException, InterruptedException {
        long mark = requests.mark();
        Duration cpu = agent.cpu();
        long read = agent.read();
        int moved = movement.map(PodChurn::moved).orElse(0);
        long begin = System.nanoTime();
        long last = begin;
        while (last - begin < plan.watch().toNanos()) {
            stop.check();
            agent.check();
            Thread.sleep(LOOK);
            long now = System.nanoTime();
            if (now - last > STALL.toNanos())
                progress.accept(
                        "this machine was suspended for %d s: figures are too low"
                                .formatted(Duration.ofNanos(now - last).toSeconds()));
            last = now;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        Duration cpuNow = agent.cpu();
        long readNow = agent.read();
        int movedNow = movement.map(PodChurn::moved).orElse(0);
        var counts = requests.between(mark, requests.mark());
        ProcessMemory memory = agent.memory();
        OptionalDouble heap = agent.heap();
        return new ScaleBenchRow(
                plan,
                state,
                movedNow - moved,
                memory,
                heap,
                cpuNow.minus(cpu),
                readNow - read,
                counts,
                took);
    }
}
