package dev.elastigres.kubernetes;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.permits.Claim;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.agent.worker.Fleet;
import dev.elastigres.agent.worker.Scaled;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.driver.PodDoors;
import dev.elastigres.kubernetes.driver.PodsDriver;
import dev.elastigres.kubernetes.driver.ResizeCounts;
import dev.elastigres.kubernetes.events.PodEvents;
import dev.elastigres.kubernetes.events.PodTeller;
import dev.elastigres.kubernetes.events.Reason;
import dev.elastigres.kubernetes.eviction.EvictionLeases;
import dev.elastigres.kubernetes.eviction.NodeFull;
import dev.elastigres.kubernetes.node.Api;
import dev.elastigres.kubernetes.node.Bell;
import dev.elastigres.kubernetes.node.Borrowed;
import dev.elastigres.kubernetes.node.Choosing;
import dev.elastigres.kubernetes.node.Informed;
import dev.elastigres.kubernetes.node.Known;
import dev.elastigres.kubernetes.node.NodeBudget;
import dev.elastigres.kubernetes.node.NodeWatch;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.TemplateSizes;
import dev.elastigres.kubernetes.node.Troubles;
import dev.elastigres.kubernetes.reclaim.SocketReclaimer;
import dev.elastigres.kubernetes.roster.RosterWriter;
import dev.elastigres.kubernetes.status.Autoscalers;
import dev.elastigres.kubernetes.status.StatusController;
import dev.elastigres.kubernetes.targets.Choices;
import dev.elastigres.kubernetes.targets.Chosen;
import dev.elastigres.kubernetes.targets.Mode;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.Targets;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The pods of one node: found, seen and resized, with what the node has to hand out, and what its
/// monitor is told.
final class PodsPlatform implements Platform {
    /// Beside the reclaimer's socket: what it may reclaim from.
    private static final String WATCH_LIST = "pods.json";

    private static final String OBJECTS = "list and watch postgresautoscalers";

    private final KubernetesClient client;
    private final Place place;
    private final boolean dryRun;
    private final Optional<PodEvents> events;
    private final Optional<PodTeller> teller;
    private final Log log;
    private final Troubles troubles;
    private final ResizeCounts counts = new ResizeCounts();
    private final Api api;
    private final NodeWatch node;
    private final TemplateSizes templates;
    private final PodsDriver driver;
    private final Optional<SocketReclaimer> reclaimer;
    private final RosterWriter roster;
    private Optional<Autoscalers> objects = Optional.empty();
    private volatile Optional<NodeFull> full = Optional.empty();
    private volatile Optional<StatusController> status = Optional.empty();

    /// Empty while it is not known which pods and objects there are.
    private volatile Optional<Choices> choices = Optional.empty();

    /// Where it is.
    ///
    /// @param node its name
    /// @param cgroups the root of the host's tree
    /// @param roster the file that tells the monitor what to watch
    /// @param reclaimer the socket of what frees page cache, where there is one
    /// @param fullAfter how long a pod lacks room before the node counts as full
    record Place(
            String node,
            Path cgroups,
            Path roster,
            HostPort monitor,
            Optional<Path> reclaimer,
            Duration fullAfter) {}

    /// @param client is closed with it
    /// @param dryRun whether nothing is changed
    PodsPlatform(KubernetesClient client, Place place, boolean dryRun, Log log) {
        this.client = client;
        this.place = place;
        this.dryRun = dryRun;
        this.log = log;
        events = dryRun ? Optional.empty() : Optional.of(PodEvents.start(client, place.node, log));
        teller = events.map(PodTeller::new);
        troubles = new Troubles(log);
        api = new Api(client, troubles);
        var choosing = new Choosing<PostgresAutoscaler>(this::objects, Targets::of);
        node = new NodeWatch(client, api, place.node, choosing, troubles, log);
        templates = new TemplateSizes(node, api, log);
        reclaimer = place.reclaimer.map(it -> new SocketReclaimer(it, log));
        driver =
                new PodsDriver(
                        node,
                        node::room,
                        api,
                        templates,
                        place.cgroups,
                        new PodDoors(place.monitor),
                        counts,
                        this::told,
                        reclaimer.map(it -> it));
        roster =
                new RosterWriter(
                        node,
                        place.roster,
                        place.reclaimer.map(it -> it.resolveSibling(WATCH_LIST)),
                        dryRun,
                        api,
                        this::told,
                        troubles,
                        log);
    }

    /// The copy that the status is written by, or one of its own where none is.
    private Known<PostgresAutoscaler> objects(Bell bell, Troubles troubles) {
        var store = new Autoscalers(place.node, bell::ring);
        objects = Optional.of(store);
        if (dryRun)
            return new Informed<>(
                    client.resources(PostgresAutoscaler.class)
                            .inAnyNamespace()
                            .withLimit(Autoscalers.PAGE)
                            .runnableInformer(0)
                            .itemStore(store),
                    bell,
                    troubles,
                    OBJECTS);
        return new Borrowed<>(
                new Borrowed.Keeper<>(
                        store::all,
                        () -> status.filter(StatusController::hasSynced).isPresent(),
                        () -> status.filter(StatusController::isWatching).isPresent()),
                this::askForOne,
                troubles,
                OBJECTS);
    }

    private void askForOne() {
        client.resources(PostgresAutoscaler.class)
                .inAnyNamespace()
                .list(new ListOptionsBuilder().withLimit(1L).build());
    }

    @Override
    public Driver driver() {
        return driver;
    }

    @Override
    public VmRules rules(String vm, VmRules set) {
        Optional<Chosen> chosen =
                PodName.parse(vm).flatMap(it -> Optional.ofNullable(node.chosen().get(it)));
        return chosen.map(it -> rules(it, set)).orElse(set);
    }

    private static VmRules rules(Chosen chosen, VmRules set) {
        VmRules own = chosen.rules().apply(set);
        var rules = new VmRules(chosen.unit(), own.least(), own.most(), own.rules());
        return chosen.mode() == Mode.RECOMMEND ? rules.recommending() : rules;
    }

    /// Until it is known what the node has, what is set counts.
    @Override
    public BudgetRules budget(BudgetRules set) {
        Resources room = node.room().orElse(set.capacity());
        return NodeBudget.of(set, room, node.chosen().values());
    }

    @Override
    public Claim claim(String vm) {
        return driver.claim(vm);
    }

    @Override
    public List<String> troubles() {
        return troubles.all();
    }

    @Override
    public void write(MetricsWriter page) {
        counts.write(page);
        reclaimer.ifPresent(it -> it.write(page));
    }

    @Override
    public void begin(Fleet fleet, Runnable changed) {
        if (!dryRun)
            status =
                    Optional.of(
                            StatusController.start(
                                    client,
                                    place.node,
                                    objects.orElseThrow(),
                                    () -> choices,
                                    pod -> fleet.view(pod.toString()),
                                    log));
        node.start(changed, pod -> fleet.sizeChanged(pod.toString()), this::chosen);
        templates.start();
        roster.start();
        if (dryRun) return;
        var watcher =
                new NodeFull(
                        node,
                        () ->
                                fleet.views().stream()
                                        .map(it -> new NodeFull.Vm(it.name(), it.state()))
                                        .toList(),
                        driver::isDeferred,
                        place.fullAfter,
                        driver::claim,
                        api,
                        new EvictionLeases(api, ownNamespace()),
                        this::told,
                        log);
        full = Optional.of(watcher);
        watcher.start();
    }

    private String ownNamespace() {
        return Objects.requireNonNullElse(client.getNamespace(), "default");
    }

    private void chosen(Choices now) {
        choices = Optional.of(now);
        teller.ifPresent(it -> it.chosen(now));
        status.ifPresent(StatusController::choicesChanged);
    }

    @Override
    public void scaled(Scaled scaled) {
        teller.ifPresent(it -> it.scaled(scaled));
        status.ifPresent(it -> it.scaled(scaled));
    }

    @Override
    public void happened(String vm, Event event) {
        teller.ifPresent(it -> it.happened(vm, event));
        status.ifPresent(it -> it.happened(vm, event));
    }

    private void told(Chosen pod, PodNotice notice) {
        if (notice instanceof PodNotice.Infeasible) node.doubt();
        events.ifPresent(it -> tell(it, pod, notice));
    }

    private static void tell(PodEvents events, Chosen pod, PodNotice notice) {
        Optional<Reason> reason =
                switch (notice) {
                    case PodNotice.Deferred _ -> Optional.of(Reason.DEFERRED);
                    case PodNotice.Infeasible _ -> Optional.of(Reason.INFEASIBLE);
                    case PodNotice.Rejected _ -> Optional.of(Reason.REJECTED);
                    case PodNotice.Refused _ -> Optional.of(Reason.FAILED);
                    case PodNotice.HeldByPageCache _ -> Optional.of(Reason.HELD_BY_PAGE_CACHE);
                    case PodNotice.NoConnection _ -> Optional.of(Reason.NO_CONNECTION);
                    case PodNotice.NodeFull _ -> Optional.of(Reason.NODE_FULL);
                    case PodNotice.Evicted _, PodNotice.NotEvicted _ ->
                            Optional.of(Reason.EVICTION);
                };
        reason.ifPresent(it -> events.tell(pod.pod(), pod.uid(), it, notice.text()));
    }

    @Override
    public void close() {
        full.ifPresent(NodeFull::close);
        roster.close();
        templates.close();
        driver.close();
        // Before whoever keeps the objects that it looks at.
        node.close();
        status.ifPresent(StatusController::close);
        events.ifPresent(PodEvents::close);
        client.close();
    }
}
