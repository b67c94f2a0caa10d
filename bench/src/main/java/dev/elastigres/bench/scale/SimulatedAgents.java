package dev.elastigres.bench.scale;

import dev.elastigres.harness.HarnessException;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanPod;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.api.NodePlanStatus;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.testbed.kubernetes.KwokNodes;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The agents of all nodes but one, as the API server sees them: each follows the plan of its node,
/// and reports the pods of the plan as settled. Thread-safe.
final class SimulatedAgents implements AutoCloseable {
    private static final int AT_ONCE = 16;

    /// Time in which an agent collects changes.
    private static final Duration BATCH = Duration.ofSeconds(1);

    private static final String SETTLED = "1 unit is the minimum size: load 0.02, 300MiB in use";

    private final KubernetesClient client;
    private final SharedIndexInformer<NodePlan> plans;

    /// Names of nodes whose plan has changed. Its size is bounded by the number of changes.
    private final BlockingQueue<String> changed = new LinkedBlockingQueue<>();

    private final AtomicInteger pending = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    private SimulatedAgents(KubernetesClient client) {
        this.client = client;
        plans = client.resources(NodePlan.class).runnableInformer(0);
        plans.addEventHandler(new PlanHandler());
        // The API server may not serve the new definition yet: the informer tries again.
        plans.exceptionHandler((_, _) -> true);
        for (int i = 0; i < AT_ONCE; i++)
            threads.add(Thread.ofVirtual().name("agents-" + i).start(this::run));
    }

    /// @param client with permission to write the status of plans
    static SimulatedAgents start(KubernetesClient client) {
        var agents = new SimulatedAgents(client);
        var _ = agents.plans.start();
        return agents;
    }

    /// Returns the number of pods that the agents report.
    int reported() {
        return plans.getStore().list().stream()
                .flatMap(it -> it.findStatus().stream())
                .mapToInt(it -> it.allPods().size())
                .sum();
    }

    private final class PlanHandler implements ResourceEventHandler<NodePlan> {
        @Override
        public void onAdd(NodePlan plan) {
            take(plan);
        }

        @Override
        public void onUpdate(NodePlan before, NodePlan plan) {
            if (before.generation() != plan.generation()) take(plan);
        }

        @Override
        public void onDelete(NodePlan plan, boolean unseen) {
            // The node is gone, and so is its agent.
        }
    }

    private void take(NodePlan plan) {
        if (plan.getMetadata().getName().equals(KwokNodes.node(ScaleBench.NODE))) return;
        pending.incrementAndGet();
        changed.add(plan.getMetadata().getName());
    }

    private void run() {
        try {
            while (true) {
                String node = changed.take();
                Thread.sleep(BATCH);
                report(node);
                pending.decrementAndGet();
            }
        } catch (InterruptedException _) {
            // Only `close` interrupts these threads.
        }
    }

    private void report(String node) throws InterruptedException {
        NodePlan plan = plans.getStore().getByKey(node);
        if (plan == null) return;
        List<PodReport> reports =
                plan.findSpec().map(NodePlanSpec::allTargets).orElse(List.of()).stream()
                        .flatMap(target -> target.allPods().stream().map(it -> report(target, it)))
                        .toList();
        if (reports.equals(plan.findStatus().map(NodePlanStatus::allPods).orElse(List.of())))
            return;
        var status =
                new NodePlanStatus(
                        plan.generation(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                        "0.1.0",
                        reports);
        var how = new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();
        try {
            var _ =
                    client.resources(NodePlan.class)
                            .withName(node)
                            .subresource("status")
                            .patch(
                                    how,
                                    client.getKubernetesSerialization()
                                            .asJson(Map.of("status", status)));
        } catch (KubernetesClientException _) {
            // A busy API server; the plan is handled again.
            Thread.sleep(BATCH);
            pending.incrementAndGet();
            changed.add(node);
        }
    }

    private static PodReport report(PlanTarget target, PlanPod pod) {
        return new PodReport(
                target.namespace(),
                pod.name(),
                pod.uid(),
                "250m",
                "1Gi",
                "250m",
                "1Gi",
                "Settled",
                SETTLED);
    }

    /// @throws HarnessException if the agents do not keep up with the plans
    void check() throws HarnessException {
        if (pending.get() > 10_000)
            throw new HarnessException(
                    "the API server is too slow: %d plans wait for their agents"
                            .formatted(pending.get()));
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        plans.close();
    }
}
