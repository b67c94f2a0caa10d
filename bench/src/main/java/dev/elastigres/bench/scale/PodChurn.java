package dev.elastigres.bench.scale;

import dev.elastigres.harness.HarnessException;
import dev.elastigres.testbed.kubernetes.KwokNodes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Moves pods at a steady rate: deletes each and recreates it under its name on another node.
final class PodChurn implements AutoCloseable {
    private static final long SEED = 42;
    private static final int AT_ONCE = 32;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final ScaleBenchPlan plan;
    private final KubernetesClient client;
    private final Random random = new Random(SEED);
    private final AtomicIntegerArray nodes;
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger moved = new AtomicInteger();
    private volatile Optional<Exception> failure = Optional.empty();

    /// Pods that are being moved.
    private final Set<Integer> moving = new HashSet<>();

    /// @param client with all permissions
    PodChurn(ScaleBenchPlan plan, KubernetesClient client) {
        this.plan = plan;
        this.client = client;
        nodes = new AtomicIntegerArray(plan.pods());
        for (int pod = 0; pod < plan.pods(); pod++) nodes.set(pod, plan.nodeOf(pod));
    }

    void start() {
        threads.execute(this::run);
    }

    /// Returns the number of pods that were moved.
    int moved() {
        return moved.get();
    }

    /// @throws HarnessException if moving pods has failed
    void check() throws HarnessException {
        if (failure.isPresent()) throw new HarnessException("cannot move the pods", failure.get());
    }

    private void run() {
        long next = System.nanoTime();
        try {
            while (failure.isEmpty()) {
                long rest = next - System.nanoTime();
                if (rest > 0) Thread.sleep(Duration.ofNanos(rest));
                next += plan.gap().toNanos();
                room.acquire();
                int pod = next();
                threads.execute(() -> move(pod));
            }
        } catch (InterruptedException _) {
            // Only `close` interrupts this thread.
        }
    }

    private int next() {
        synchronized (moving) {
            int pod = random.nextInt(plan.pods());
            while (!moving.add(pod)) pod = random.nextInt(plan.pods());
            return pod;
        }
    }

    private void move(int pod) {
        try {
            int from = nodes.get(pod);
            int to = elsewhere(from);
            moveTo(pod, to);
            nodes.set(pod, to);
            moved.incrementAndGet();
        } catch (HarnessException | RuntimeException e) {
            failure = Optional.of(e);
        } catch (InterruptedException _) {
            // Only `close` interrupts this thread.
        } finally {
            synchronized (moving) {
                moving.remove(pod);
            }
            room.release();
        }
    }

    private int elsewhere(int from) {
        if (plan.nodes() == 1) return from;
        synchronized (moving) {
            int to = random.nextInt(plan.nodes() - 1);
            return to < from ? to : to + 1;
        }
    }

    private void moveTo(int pod, int node) throws HarnessException, InterruptedException {
        var inNamespace = client.pods().inNamespace(plan.namespaceOf(plan.objectOf(pod)));
        var old = inNamespace.withName(KwokNodes.pod(pod));
        retry(old::delete, () -> old.get() == null);
        Pod again =
                client.getKubernetesSerialization()
                        .unmarshal(SimulatedCluster.pod(plan, pod, node), Pod.class);
        retry(() -> inNamespace.resource(again).create(), () -> isOn(old.get(), node));
    }

    private static boolean isOn(@Nullable Pod pod, int node) {
        return pod != null
                && KwokNodes.node(node).equals(pod.getSpec().getNodeName())
                && pod.getMetadata().getDeletionTimestamp() == null;
    }

    /// Retries a request until it is done. The old pod may still exist, and a busy API server may
    /// execute a request but answer too late.
    private static void retry(Runnable request, BooleanSupplier isDone)
            throws HarnessException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            try {
                request.run();
                return;
            } catch (KubernetesClientException e) {
                if (System.nanoTime() - deadline > 0)
                    throw new HarnessException("the API server does not execute the request", e);
                Thread.sleep(LOOK);
                if (tells(isDone)) return;
            }
        }
    }

    private static boolean tells(BooleanSupplier isDone) {
        try {
            return isDone.getAsBoolean();
        } catch (KubernetesClientException _) {
            return false;
        }
    }

    /// Stops moving pods immediately.
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
