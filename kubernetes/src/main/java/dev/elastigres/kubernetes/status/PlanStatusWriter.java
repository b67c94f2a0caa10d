package dev.elastigres.kubernetes.status;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.worker.FleetListener;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.NodePlanStatus;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.node.ChangeSignal;
import dev.elastigres.kubernetes.status.ReportBatch.BatchDecision;
import dev.elastigres.kubernetes.status.ReportBatch.BatchTiming;
import dev.elastigres.kubernetes.status.ReportBatch.CurrentReport;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// Writes the state of this node's pods into the status of the node's plan. The agent is the only
/// writer of this status. Without changes nothing is written. The notifications do not block.
/// Thread-safe.
public final class PlanStatusWriter implements FleetListener, AutoCloseable {
    private static final String FIELD_MANAGER = "elastigres-agent";

    /// Interval of checks without a notification; they send no request.
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(30);

    /// Time after the start in which the fleet may not have seen all pods.
    private static final Duration START_TIME = Duration.ofSeconds(30);

    /// Maximum number of reports, as in the custom resource definition.
    static final int MAX_REPORTS = 1000;

    private final KubernetesClient client;
    private final String node;
    private final Supplier<Optional<NodePlan>> plan;
    private final Supplier<Optional<PodSelection>> choices;
    private final Function<PodName, Optional<VmStatus>> vms;
    private final StatusEntries entries;
    private final ReportBatch batch;
    private final BatchTiming timing;
    private final ProblemReporter problems;
    private final Log log;
    private final Moment startEnd = now().plus(START_TIME);
    private final ChangeSignal signal = new ChangeSignal();
    private final Map<PodName, ReportedState> seen = new ConcurrentHashMap<>();
    private final Thread thread = Thread.ofVirtual().name("plan-status").unstarted(this::run);

    /// The reported state of a scaled pod, without its reason.
    private record VisibleState(Resources current, Resources wanted, PodState state) {}

    /// @param since when the state was first reported
    private record ReportedState(VisibleState state, Moment since) {}

    private PlanStatusWriter(
            KubernetesClient client,
            String node,
            Supplier<Optional<NodePlan>> plan,
            Supplier<Optional<PodSelection>> choices,
            Function<PodName, Optional<VmStatus>> vms,
            BatchTiming timing,
            Log log) {
        this.client = client;
        this.node = node;
        this.plan = plan;
        this.choices = choices;
        this.vms = vms;
        this.log = log;
        this.timing = timing;
        entries = new StatusEntries(vms);
        batch = new ReportBatch(timing);
        problems =
                new ProblemReporter(
                        "write the status of its NodePlan", "patch nodeplans/status", log);
    }

    /// Starts a writer. It does not wait for the API server.
    ///
    /// @param client client of the API server; the caller closes it, after this object
    /// @param node name of the agent's node
    /// @param plan returns the plan of the node, as last seen
    /// @param choices returns the current selection; empty while pods and plan are unknown
    /// @param vms returns the fleet's state of a pod
    public static PlanStatusWriter start(
            KubernetesClient client,
            String node,
            Supplier<Optional<NodePlan>> plan,
            Supplier<Optional<PodSelection>> choices,
            Function<PodName, Optional<VmStatus>> vms,
            Log log) {
        return start(client, node, plan, choices, vms, BatchTiming.DEFAULT, log);
    }

    static PlanStatusWriter start(
            KubernetesClient client,
            String node,
            Supplier<Optional<NodePlan>> plan,
            Supplier<Optional<PodSelection>> choices,
            Function<PodName, Optional<VmStatus>> vms,
            BatchTiming timing,
            Log log) {
        var writer = new PlanStatusWriter(client, node, plan, choices, vms, timing, log);
        writer.thread.start();
        return writer;
    }

    /// Notifies the writer that the selection or configuration of pods may have changed.
    public void choicesChanged() {
        choices.get().ifPresent(it -> seen.keySet().retainAll(it.chosen().keySet()));
        signal.signal();
    }

    @Override
    public void scaled(ScalingEvent scaled) {
        check(scaled.vm());
    }

    @Override
    public void happened(String vm, Event event) {
        check(vm);
    }

    /// Wakes the writer only if the reported state of the VM changed, because most events do not
    /// change it.
    private void check(String vm) {
        Optional<PodName> pod = PodName.parse(vm);
        Optional<ScaledPod> chosen =
                choices.get().flatMap(all -> pod.map(it -> all.chosen().get(it)));
        if (chosen.isEmpty()) return;
        Optional<VisibleState> now =
                vms.apply(pod.get())
                        .map(it -> it.state().why())
                        .map(
                                why ->
                                        new VisibleState(
                                                why.current(),
                                                why.wanted(),
                                                PodState.of(why, chosen.get().mode())));
        if (now.isEmpty()) return;
        ReportedState before = seen.get(pod.get());
        if (before != null && before.state().equals(now.get())) return;
        seen.put(pod.get(), new ReportedState(now.get(), now()));
        signal.signal();
    }

    private void run() {
        try {
            while (true) {
                long count = signal.count();
                Duration wait = CHECK_INTERVAL;
                try {
                    wait = update();
                } catch (RuntimeException e) {
                    log.error("a bug in the status writer", "cause", e);
                }
                signal.await(count, wait);
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    /// Writes the status if that is due. Returns the time until the next check.
    private Duration update() throws InterruptedException {
        Optional<NodePlan> current = plan.get();
        Optional<PodSelection> selection = choices.get();
        if (current.isEmpty() || selection.isEmpty()) return CHECK_INTERVAL;
        Optional<NodePlanStatus> written = current.get().findStatus();
        var frame =
                new NodePlanStatus(
                        selection.get().generation(),
                        null,
                        BuildVersion.of(PlanStatusWriter.class),
                        null);
        BatchDecision decision =
                batch.next(reports(selection.get(), written), frame, written, now());
        if (decision.body().isEmpty()) return decision.after().map(this::bounded).orElse(rest());
        return write(current.get(), decision.body().get());
    }

    private Duration rest() {
        return bounded(startEnd.since(now()));
    }

    private Duration bounded(Duration wait) {
        if (!wait.isPositive()) return CHECK_INTERVAL;
        return wait.compareTo(CHECK_INTERVAL) < 0 ? wait : CHECK_INTERVAL;
    }

    private List<CurrentReport> reports(PodSelection selection, Optional<NodePlanStatus> written) {
        Map<PodName, PodReport> before = new HashMap<>();
        for (PodReport each : written.map(NodePlanStatus::allPods).orElse(List.of()))
            before.put(ReportBatch.name(each), each);
        boolean isStarting = now().isBefore(startEnd);
        var pods = new TreeSet<PodName>(Comparator.comparing(PodName::toString));
        pods.addAll(selection.chosen().keySet());
        pods.addAll(selection.leftAlone().keySet());
        var reports = new ArrayList<CurrentReport>();
        for (PodName pod : pods) {
            if (reports.size() == MAX_REPORTS) break;
            ReportedState state = seen.get(pod);
            Moment changed =
                    state == null ? now().plus(timing.interval().negated()) : state.since();
            entries.of(pod, selection, Optional.ofNullable(before.get(pod)), isStarting)
                    .ifPresent(it -> reports.add(new CurrentReport(pod, it, changed)));
        }
        return reports;
    }

    private Duration write(NodePlan target, NodePlanStatus body) throws InterruptedException {
        var status =
                new NodePlanStatus(
                        body.observedGeneration(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                        body.agentVersion(),
                        body.pods());
        String patch =
                client.getKubernetesSerialization()
                        .asJson(
                                Map.of(
                                        // The plan of a recreated node is another object.
                                        "metadata",
                                        Map.of("uid", target.getMetadata().getUid()),
                                        "status",
                                        status));
        var how =
                new PatchContext.Builder()
                        .withPatchType(PatchType.JSON_MERGE)
                        .withFieldManager(FIELD_MANAGER)
                        .build();
        try {
            var _ =
                    // By a name alone, the client would first request the object.
                    client.resource(target).subresource("status").patch(how, patch);
            batch.wrote(body, now());
            problems.succeeded();
        } catch (KubernetesClientException e) {
            if (Thread.interrupted()) throw new InterruptedException();
            batch.failed(now());
            // Without the plan, or with another one, the watch reports the change.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND
                    && e.getCode() != HttpURLConnection.HTTP_CONFLICT) problems.failed(node, e);
        }
        // The next check compares with what the watch has reported by then.
        return timing.interval();
    }

    @Override
    public void close() {
        Threads.end(thread);
    }
}
