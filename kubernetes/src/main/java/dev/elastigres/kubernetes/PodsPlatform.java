package dev.elastigres.kubernetes;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.driver.PodEndpoints;
import dev.elastigres.kubernetes.driver.PodsDriver;
import dev.elastigres.kubernetes.driver.ResizeCounts;
import dev.elastigres.kubernetes.events.EventReason;
import dev.elastigres.kubernetes.events.EventWriter;
import dev.elastigres.kubernetes.events.EventWriter.EventReporter;
import dev.elastigres.kubernetes.events.PodEventReporter;
import dev.elastigres.kubernetes.eviction.EvictionLeases;
import dev.elastigres.kubernetes.eviction.NodeFullHandler;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ChangeSignal;
import dev.elastigres.kubernetes.node.InformerCache;
import dev.elastigres.kubernetes.node.NodeBudget;
import dev.elastigres.kubernetes.node.NodeWatcher;
import dev.elastigres.kubernetes.node.ObjectCache;
import dev.elastigres.kubernetes.node.OtherAutoscalers;
import dev.elastigres.kubernetes.node.PlanSelection;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.TargetSelection;
import dev.elastigres.kubernetes.node.TemplateSizes;
import dev.elastigres.kubernetes.reclaim.SocketReclaimer;
import dev.elastigres.kubernetes.status.PlanStatusWriter;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.kubernetes.watchlist.WatchListWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The platform of one node's pods. It discovers and resizes the pods, computes the node's budget,
/// and writes the watch list of the node's monitor.
final class PodsPlatform implements Platform {
    /// Watch list of the reclaimer, in the same folder as its socket.
    private static final String WATCH_LIST = "pods.json";

    private static final String PLAN = "list and watch nodeplans";

    private final KubernetesClient client;
    private final NodeConfig config;
    private final boolean dryRun;
    private final Optional<EventWriter> events;
    private final Optional<PodEventReporter> eventReporter;
    private final Log log;
    private final ActiveProblems problems;
    private final ResizeCounts counts = new ResizeCounts();
    private final ApiClient api;
    private final OtherAutoscalers others;
    private final NodeWatcher node;
    private final TemplateSizes templates;
    private final PodsDriver driver;
    private final Optional<SocketReclaimer> reclaimer;
    private final WatchListWriter watchList;
    private Optional<ObjectCache<NodePlan>> plans = Optional.empty();
    private volatile Optional<NodeFullHandler> full = Optional.empty();
    private volatile Optional<PlanStatusWriter> status = Optional.empty();

    /// The current selection; empty while pods and objects are unknown.
    private volatile Optional<PodSelection> choices = Optional.empty();

    /// Configuration of the node.
    ///
    /// @param node name of the node
    /// @param cgroups root of the host's cgroup tree
    /// @param watchList file that lists the containers for the monitor
    /// @param monitor address of the node's monitor
    /// @param reclaimer socket of the reclaimer; empty if there is none
    /// @param fullAfter time that a pod must lack room before the node counts as full
    record NodeConfig(
            String node,
            Path cgroups,
            Path watchList,
            HostPort monitor,
            Optional<Path> reclaimer,
            Duration fullAfter) {}

    /// @param client client of the API server; closed with this platform
    /// @param dryRun whether all changes are suppressed
    PodsPlatform(KubernetesClient client, NodeConfig config, boolean dryRun, Log log) {
        this.client = client;
        this.config = config;
        this.dryRun = dryRun;
        this.log = log;
        events =
                dryRun
                        ? Optional.empty()
                        : Optional.of(
                                EventWriter.start(client, EventReporter.agent(config.node), log));
        eventReporter = events.map(PodEventReporter::new);
        problems = new ActiveProblems(log);
        api = new ApiClient(client, problems);
        others = new OtherAutoscalers(api, log);
        var planned = new PlanSelection(problems);
        var choosing =
                new TargetSelection<NodePlan>(
                        this::plan,
                        (pods, plans) -> others.exclude(planned.choose(pods, plans), pods));
        node = new NodeWatcher(client, api, config.node, choosing, problems, log);
        templates = new TemplateSizes(node, api, log);
        reclaimer = config.reclaimer.map(it -> new SocketReclaimer(it, log));
        driver =
                new PodsDriver(
                        node,
                        node::room,
                        api,
                        templates,
                        config.cgroups,
                        new PodEndpoints(config.monitor),
                        counts,
                        this::onNotice,
                        reclaimer.map(it -> it));
        watchList =
                new WatchListWriter(
                        node,
                        config.watchList,
                        config.reclaimer.map(it -> it.resolveSibling(WATCH_LIST)),
                        dryRun,
                        api,
                        this::onNotice,
                        problems,
                        log);
    }

    /// Returns the cache of the node's plan. Only this one object is listed and watched.
    private ObjectCache<NodePlan> plan(ChangeSignal changeSignal, ActiveProblems problems) {
        var cache =
                new InformerCache<>(
                        client.resources(NodePlan.class)
                                .withField("metadata.name", config.node)
                                .runnableInformer(0),
                        changeSignal,
                        problems,
                        PLAN);
        plans = Optional.of(cache);
        return cache;
    }

    @Override
    public Driver driver() {
        return driver;
    }

    @Override
    public VmRules rules(String vm, VmRules set) {
        Optional<ScaledPod> chosen =
                PodName.parse(vm).flatMap(it -> Optional.ofNullable(node.chosen().get(it)));
        return chosen.map(it -> rules(it, set)).orElse(set);
    }

    private static VmRules rules(ScaledPod chosen, VmRules set) {
        VmRules own = chosen.rules().apply(set);
        var rules = new VmRules(chosen.unit(), own.min(), own.max(), own.rules());
        return chosen.mode() == ScalingMode.RECOMMEND ? rules.recommending() : rules;
    }

    /// Returns the configured budget until the node's allocatable resources are known.
    @Override
    public BudgetRules budget(BudgetRules set) {
        Resources room = node.room().orElse(set.capacity());
        return NodeBudget.of(set, room, node.chosen().values());
    }

    @Override
    public HostShare claim(String vm) {
        return driver.claim(vm);
    }

    @Override
    public List<String> problems() {
        return problems.all();
    }

    @Override
    public void write(MetricsWriter page) {
        counts.write(page);
        reclaimer.ifPresent(it -> it.write(page));
    }

    @Override
    public void begin(VmFleet fleet, Runnable changed) {
        if (!dryRun)
            status =
                    Optional.of(
                            PlanStatusWriter.start(
                                    client,
                                    config.node,
                                    () -> plans.flatMap(it -> it.all().stream().findFirst()),
                                    () -> choices,
                                    pod -> fleet.view(pod.toString()),
                                    log));
        node.start(changed, pod -> fleet.sizeChanged(pod.toString()), this::chosen);
        others.start(node.changeSignal()::signal);
        templates.start();
        watchList.start();
        if (dryRun) return;
        var watcher =
                new NodeFullHandler(
                        node,
                        () ->
                                fleet.views().stream()
                                        .map(
                                                it ->
                                                        new NodeFullHandler.FleetVm(
                                                                it.name(), it.state()))
                                        .toList(),
                        driver::isDeferred,
                        config.fullAfter,
                        driver::claim,
                        api,
                        new EvictionLeases(api, ownNamespace()),
                        this::onNotice,
                        log);
        full = Optional.of(watcher);
        watcher.start();
    }

    private String ownNamespace() {
        return Objects.requireNonNullElse(client.getNamespace(), "default");
    }

    private void chosen(PodSelection now) {
        choices = Optional.of(now);
        eventReporter.ifPresent(it -> it.chosen(now));
        status.ifPresent(PlanStatusWriter::choicesChanged);
    }

    @Override
    public void scaled(ScalingEvent scaled) {
        eventReporter.ifPresent(it -> it.scaled(scaled));
        status.ifPresent(it -> it.scaled(scaled));
    }

    @Override
    public void happened(String vm, Event event) {
        eventReporter.ifPresent(it -> it.happened(vm, event));
        status.ifPresent(it -> it.happened(vm, event));
    }

    private void onNotice(ScaledPod pod, PodNotice notice) {
        if (notice instanceof PodNotice.Infeasible) node.markNodeStale();
        events.ifPresent(it -> report(it, pod, notice));
    }

    private static void report(EventWriter events, ScaledPod pod, PodNotice notice) {
        Optional<EventReason> reason =
                switch (notice) {
                    case PodNotice.Deferred _ -> Optional.of(EventReason.DEFERRED);
                    case PodNotice.Infeasible _ -> Optional.of(EventReason.INFEASIBLE);
                    case PodNotice.Rejected _ -> Optional.of(EventReason.REJECTED);
                    case PodNotice.Refused _ -> Optional.of(EventReason.FAILED);
                    case PodNotice.HeldByPageCache _ -> Optional.of(EventReason.HELD_BY_PAGE_CACHE);
                    case PodNotice.NoConnection _ -> Optional.of(EventReason.NO_CONNECTION);
                    case PodNotice.NodeFull _ -> Optional.of(EventReason.NODE_FULL);
                    case PodNotice.Evicted _, PodNotice.NotEvicted _ ->
                            Optional.of(EventReason.EVICTION);
                };
        reason.ifPresent(it -> events.report(pod.pod(), pod.uid(), it, notice.text()));
    }

    @Override
    public void close() {
        full.ifPresent(NodeFullHandler::close);
        watchList.close();
        templates.close();
        others.close();
        driver.close();
        status.ifPresent(PlanStatusWriter::close);
        node.close();
        events.ifPresent(EventWriter::close);
        client.close();
    }
}
