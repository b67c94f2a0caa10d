package dev.elastigres.kubernetes.status;

import dev.elastigres.agent.worker.FleetListener;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.targets.ObjectName;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.TargetSource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.health.ControllerHealthInfo;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Writes the state of this node's pods into the status of their objects. Every agent has a
/// controller, and no agent leads. Each agent owns the entries of its pods, and all of them compute
/// the same summary from all entries. Without changes nothing is written. The notifications do not
/// block. Thread-safe.
public final class StatusController implements FleetListener, AutoCloseable {
    /// Number of concurrent writes. A write blocks until the API server answers, and each object
    /// has one write at a time.
    private static final int AT_ONCE = 4;

    private static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(2);

    private final StatusReconciler statuses;
    private final Operator operator;
    private final ControllerHealthInfo health;
    private final Thread starter;
    private final Thread cleaner;
    private final Function<PodName, Optional<VmStatus>> vms;
    private final Supplier<Optional<PodSelection>> choices;
    private final Map<PodName, ReportedState> seen = new ConcurrentHashMap<>();
    private PodSelection last = PodSelection.NONE;
    private boolean knew;

    /// The reported state of a scaled pod, without its reason.
    private record PodReport(Resources current, Resources wanted, PodState state) {}

    /// @param since when the state was first reported
    private record ReportedState(PodReport report, Moment since) {}

    private StatusController(
            KubernetesClient client,
            String node,
            AutoscalerStore objects,
            Supplier<Optional<PodSelection>> choices,
            Function<PodName, Optional<VmStatus>> vms,
            StatusDelays delays,
            Log log) {
        this.choices = choices;
        this.vms = vms;
        statuses = new StatusReconciler(client, node, choices, vms, this::changed, delays, log);
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        AT_ONCE, Thread.ofVirtual().name("status-", 0).factory());
        operator =
                new Operator(
                        it ->
                                it.withKubernetesClient(client)
                                        .withCloseClientOnStop(false)
                                        // Keeps running without the right to list and watch
                                        // objects.
                                        .withStopOnInformerErrorDuringStartup(false)
                                        .withReconciliationTerminationTimeout(TERMINATION_TIMEOUT)
                                        .withExecutorService(threads));
        RegisteredController<PostgresAutoscaler> registered =
                operator.register(
                        statuses,
                        it ->
                                it.withName("elastigres-status")
                                        .withFieldManager(FieldManagers.of(node))
                                        .watchingAllNamespaces()
                                        .withGenerationAware(false)
                                        .withTriggerReconcilerOnAllEvents(true)
                                        .withItemStore(objects)
                                        .withInformerListLimit(AutoscalerStore.PAGE)
                                        .withOnUpdateFilter(statuses::concerns)
                                        .withRateLimiter(
                                                new LinearRateLimiter(delays.between(), 1)));
        health = registered.getControllerHealthInfo();
        starter = Thread.ofVirtual().name("status-start").unstarted(() -> start(log));
        cleaner =
                Thread.ofVirtual()
                        .name("status-clean")
                        .unstarted(new StatusCleanup(client, node, statuses, delays, log));
    }

    /// Starts a controller. It does not wait for the API server.
    ///
    /// @param client client of the API server; the caller closes it, after this object
    /// @param node name of the agent's node
    /// @param objects the cache of objects, which this controller keeps current
    /// @param choices returns the current selection; empty while pods and objects are unknown
    /// @param vms returns the fleet's state of a pod
    public static StatusController start(
            KubernetesClient client,
            String node,
            AutoscalerStore objects,
            Supplier<Optional<PodSelection>> choices,
            Function<PodName, Optional<VmStatus>> vms,
            Log log) {
        return start(client, node, objects, choices, vms, StatusDelays.DEFAULT, log);
    }

    static StatusController start(
            KubernetesClient client,
            String node,
            AutoscalerStore objects,
            Supplier<Optional<PodSelection>> choices,
            Function<PodName, Optional<VmStatus>> vms,
            StatusDelays delays,
            Log log) {
        var controller = new StatusController(client, node, objects, choices, vms, delays, log);
        controller.starter.start();
        controller.cleaner.start();
        return controller;
    }

    private void start(Log log) {
        try {
            operator.start();
        } catch (OperatorException e) {
            log.error("cannot write the status of objects", "cause", e);
        }
    }

    /// Returns whether the initial list of objects has been received.
    public boolean hasSynced() {
        return isEach(InformerHealthIndicator::hasSynced);
    }

    /// Returns whether the watch of the objects works.
    public boolean isWatching() {
        return isEach(InformerHealthIndicator::isWatching);
    }

    /// Returns whether the condition holds for every informer; false before the framework has
    /// created any.
    private boolean isEach(Predicate<InformerHealthIndicator> holds) {
        List<InformerHealthIndicator> all =
                health.informerEventSourceHealthIndicators().values().stream()
                        .flatMap(it -> indicators(it).stream())
                        .toList();
        return !all.isEmpty() && all.stream().allMatch(holds);
    }

    private static Collection<InformerHealthIndicator> indicators(
            InformerWrappingEventSourceHealthIndicator<?> source) {
        // The call throws before the source runs.
        boolean runs = source instanceof AbstractEventSource<?, ?> it && it.isRunning();
        return runs ? source.informerHealthIndicators().values() : List.of();
    }

    /// Notifies the controller that the selection or configuration of pods may have changed.
    public void choicesChanged() {
        Set<ObjectName> touched = new HashSet<>();
        synchronized (this) {
            if (choices.get().isEmpty()) return;
            PodSelection now = choices.get().get();
            PodSelection before = last;
            last = now;
            // No status could be computed before the first selection, so that all objects are
            // checked.
            if (!knew) statuses.all().map(StatusReconciler::name).forEach(touched::add);
            knew = true;
            Set<ObjectName> all = new HashSet<>(before.selected().keySet());
            all.addAll(now.selected().keySet());
            for (ObjectName each : all) if (differs(each, before, now)) touched.add(each);
            seen.keySet().retainAll(now.chosen().keySet());
        }
        touched.forEach(this::check);
    }

    private static boolean differs(ObjectName object, PodSelection before, PodSelection now) {
        return !before.selectedBy(object).equals(now.selectedBy(object))
                || now.selectedBy(object).stream()
                        .anyMatch(
                                pod ->
                                        !Objects.equals(
                                                        before.chosen().get(pod),
                                                        now.chosen().get(pod))
                                                || !Objects.equals(
                                                        before.leftAlone().get(pod),
                                                        now.leftAlone().get(pod)));
    }

    @Override
    public void scaled(ScalingEvent scaled) {
        check(scaled.vm());
    }

    @Override
    public void happened(String vm, Event event) {
        check(vm);
    }

    /// Checks the object of the VM only if its reported state changed, because most events do not
    /// change it.
    private void check(String vm) {
        Optional<PodName> pod = PodName.parse(vm);
        Optional<ScaledPod> chosen =
                choices.get().flatMap(all -> pod.map(it -> all.chosen().get(it)));
        if (pod.isEmpty() || chosen.isEmpty()) return;
        if (!(chosen.get().source() instanceof TargetSource.Named(String object))) return;
        Optional<PodReport> now =
                vms.apply(pod.get())
                        .map(it -> it.state().why())
                        .map(
                                why ->
                                        new PodReport(
                                                why.current(),
                                                why.wanted(),
                                                PodState.of(why, chosen.get().mode())));
        if (now.isEmpty()) return;
        ReportedState before = seen.get(pod.get());
        if (before != null && before.report().equals(now.get())) return;
        seen.put(pod.get(), new ReportedState(now.get(), new Moment(System.nanoTime())));
        check(new ObjectName(pod.get().namespace(), object));
    }

    /// Returns when the reported state of the pod last changed.
    private Optional<Moment> changed(PodName pod) {
        return Optional.ofNullable(seen.get(pod)).map(ReportedState::since);
    }

    private void check(ObjectName object) {
        statuses.schedule(new ResourceID(object.name(), object.namespace()));
    }

    @Override
    public void close() {
        Threads.end(cleaner, starter);
        operator.stop();
    }

    /// For tests.
    Optional<PostgresAutoscaler> cached(ObjectName object) {
        return statuses.cached(new ResourceID(object.name(), object.namespace()));
    }
}
