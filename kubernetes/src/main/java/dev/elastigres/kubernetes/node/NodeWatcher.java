package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Watches the pods of one node and the objects that select pods for scaling. One thread evaluates
/// them at each change. It also runs once a second while a watch has failed, the first lists are
/// incomplete or the node's allocatable resources are unknown.
public final class NodeWatcher implements NodePods, AutoCloseable {
    private static final String NODE_FIELD = "spec.nodeName";
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    /// Interval between checks of the watches. A check sends no request.
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

    /// Minimum interval between requests for the node, after one that succeeded.
    private static final Duration NODE_INTERVAL = Duration.ofSeconds(30);

    private final String node;
    private final ApiClient api;
    private final Log log;
    private final ChangeSignal changeSignal = new ChangeSignal();
    private final InformerCache<Pod> pods;
    private final WatchedObjects<?> watched;
    private final Thread thread = Thread.ofVirtual().name("node-watch").unstarted(this::run);
    private volatile PodSelection choices = PodSelection.NONE;
    private volatile Optional<Resources> allocatable = Optional.empty();
    private volatile Optional<Resources> room = Optional.empty();
    private volatile Runnable changed = () -> {};
    private volatile Consumer<PodName> touched = _ -> {};
    private volatile Consumer<PodSelection> chosen = _ -> {};
    private Optional<Moment> nodeNextAt = Optional.empty();

    /// Whether the node must be requested again without another change.
    private volatile boolean isNodeStale;

    /// Last seen resource version of each selected pod.
    private Map<PodName, String> versions = Map.of();

    /// The objects that select pods, and the rule that evaluates them.
    private record WatchedObjects<A>(
            ObjectCache<A> objects, TargetSelection.SelectionRule<A> rule) {
        static <A> WatchedObjects<A> of(
                TargetSelection<A> choosing, ChangeSignal changeSignal, ActiveProblems problems) {
            return new WatchedObjects<>(
                    choosing.objects().open(changeSignal, problems), choosing.rule());
        }

        PodSelection choose(Collection<Pod> pods) {
            return rule.choose(pods, objects.all());
        }
    }

    public NodeWatcher(
            KubernetesClient client,
            ApiClient api,
            String node,
            TargetSelection<?> choosing,
            ActiveProblems problems,
            Log log) {
        this.node = node;
        this.api = api;
        this.log = log;
        pods =
                new InformerCache<>(
                        client.pods()
                                .inAnyNamespace()
                                .withField(NODE_FIELD, node)
                                .runnableInformer(0),
                        changeSignal,
                        problems,
                        "list and watch pods");
        watched = WatchedObjects.of(choosing, changeSignal, problems);
    }

    /// Starts the watches and the thread.
    ///
    /// @param changed called when the selected pods or their capacity changed
    /// @param touched called for a selected pod when its resource version changed
    /// @param chosen called with the selection when it changed
    public void start(Runnable changed, Consumer<PodName> touched, Consumer<PodSelection> chosen) {
        this.chosen = chosen;
        this.changed = changed;
        this.touched = touched;
        pods.start();
        watched.objects.start();
        thread.start();
    }

    @Override
    public Optional<String> unknown() {
        if (!pods.hasSynced()) return Optional.of("the pods of this node are not known yet");
        return watched.objects.hasSynced()
                ? Optional.empty()
                : Optional.of("the scaled pods are not known yet");
    }

    @Override
    public Optional<Pod> pod(PodName name) {
        return pods.get(name.namespace(), name.name());
    }

    @Override
    public List<Pod> pods() {
        return pods.all();
    }

    @Override
    public Map<PodName, ScaledPod> chosen() {
        return choices.chosen();
    }

    @Override
    public ChangeSignal changeSignal() {
        return changeSignal;
    }

    /// Returns the capacity of the node for scaled pods; empty while it is unknown.
    public Optional<Resources> room() {
        return room;
    }

    /// Marks the node's allocatable resources as possibly stale. They are requested again as soon
    /// as the minimum interval allows it. Thread-safe.
    public void markNodeStale() {
        isNodeStale = true;
        changeSignal.signal();
    }

    private void run() {
        try {
            while (true) {
                long seen = changeSignal.count();
                try {
                    evaluate();
                } catch (RuntimeException e) {
                    log.error("a bug in the node watcher", "cause", e);
                }
                awaitChange(seen);
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    /// Waits for the next change. While all watches work it checks them periodically; otherwise it
    /// returns after a second at the latest.
    private void awaitChange(long seen) throws InterruptedException {
        while (areCachesHealthy()) {
            changeSignal.await(seen, CHECK_INTERVAL);
            if (changeSignal.count() != seen || (isNodeStale && mayRequestNode())) return;
            pods.check();
            watched.objects.check();
        }
        changeSignal.await(seen, RETRY_INTERVAL);
    }

    private boolean areCachesHealthy() {
        return pods.isWell()
                && watched.objects.isWell()
                && unknown().isEmpty()
                && allocatable.isPresent();
    }

    private void evaluate() throws InterruptedException {
        pods.check();
        watched.objects.check();
        if (unknown().isPresent()) return;
        requestNode();
        Collection<Pod> now = pods();
        PodSelection before = choices;
        PodSelection after = watched.choose(now);
        choices = after;
        Optional<Resources> roomBefore = room;
        room = allocatable.map(it -> NodeCapacity.of(it, now, after.chosen()));
        if (!before.equals(after)) {
            chosen.accept(after);
            // A thread woken by the original change may have read the selection before it was
            // updated.
            changeSignal.signal();
        }
        if (!before.chosen().equals(after.chosen()) || !roomBefore.equals(room)) changed.run();
        notifyChangedPods(now);
    }

    private void notifyChangedPods(Collection<Pod> now) {
        var seen = new HashMap<PodName, String>();
        for (Pod pod : now) {
            PodName name = PodName.of(pod);
            if (!chosen().containsKey(name)) continue;
            String version = String.valueOf(pod.getMetadata().getResourceVersion());
            seen.put(name, version);
            if (!version.equals(versions.get(name))) touched.accept(name);
        }
        versions = seen;
    }

    private void requestNode() throws InterruptedException {
        if (!mayRequestNode()) return;
        Duration pause = NODE_INTERVAL;
        // Reset before the request, so that a doubt that arises during the request counts.
        isNodeStale = false;
        try {
            allocatable = Optional.of(api.allocatable(node));
        } catch (ApiException e) {
            log.debug("the node's allocatable resources are unknown", "cause", e);
            isNodeStale = true;
            pause = RETRY_INTERVAL;
        }
        nodeNextAt = Optional.of(MonotonicClock.now().plus(pause));
    }

    private boolean mayRequestNode() {
        Moment now = MonotonicClock.now();
        return nodeNextAt.isEmpty() || !now.isBefore(nodeNextAt.get());
    }

    @Override
    public void close() {
        Threads.end(thread);
        pods.close();
        watched.objects.close();
    }
}
