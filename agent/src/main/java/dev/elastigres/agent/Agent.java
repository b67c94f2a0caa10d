package dev.elastigres.agent;

import dev.elastigres.agent.AgentConfig.ReloadableConfig;
import dev.elastigres.agent.AgentStatus.BudgetUsage;
import dev.elastigres.agent.AgentStatus.UnscaledVm;
import dev.elastigres.agent.billing.EventsFile;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DryRunDriver;
import dev.elastigres.agent.history.FleetHistory;
import dev.elastigres.agent.hold.HoldStore;
import dev.elastigres.agent.pages.MonitorDetailsReader;
import dev.elastigres.agent.permits.HostBudget;
import dev.elastigres.agent.permits.PermitSource;
import dev.elastigres.agent.permits.SchedulerClient;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.agent.worker.FleetListener;
import dev.elastigres.agent.worker.KeptVmState;
import dev.elastigres.agent.worker.ResizeReport;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Step;
import dev.elastigres.daemon.guard.BearerToken;
import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.FailureLog;
import dev.elastigres.daemon.http.HostCheck;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.settings.EffectiveSetting;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.page.LivePage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The agent daemon: it runs the VM fleet, the permit source and the HTTP pages.
final class Agent implements AutoCloseable {
    /// The agent counts as alive while the last VM discovery ended no longer ago than this. One
    /// discovery takes far less time.
    private static final Duration ALIVE = Duration.ofSeconds(30);

    private static final String CLOSE_REASON = "the agent is shutting down";

    private final AgentConfig config;
    private final AgentMeters meters = new AgentMeters();
    private final Optional<EventsFile> events;
    private final Platform platform;
    private final Optional<HostBudget> budget;
    private final PermitSource permits;
    private final VmFleet fleet;
    private final FleetHistory history;
    private final HoldStore holds;
    private final LivePage page;
    private final HttpServer pages;
    private volatile ReloadableConfig live;
    private volatile Optional<String> settingsProblem = Optional.empty();
    private volatile Function<String, List<EffectiveSetting>> settingsOf = _ -> List.of();
    private volatile OperatorActions.RulesPreview rulesWith = (vm, _) -> rules(vm);

    /// Starts an agent that finds and resizes VMs and serves its pages.
    ///
    /// @param platform provides the VMs; the agent closes it
    /// @throws AgentStartException if this host lacks something that the agent needs
    /// @throws ListenException if the agent cannot listen on the configured address
    static Agent start(AgentConfig config, Platform platform, Log log)
            throws AgentStartException, ListenException {
        Agent agent;
        try {
            agent = new Agent(config, platform, log);
        } catch (AgentStartException | ListenException e) {
            platform.close();
            throw e;
        }
        platform.begin(agent.fleet, agent::changed);
        agent.changed();
        agent.fleet.start();
        return agent;
    }

    private Agent(AgentConfig config, Platform platform, Log log)
            throws AgentStartException, ListenException {
        this.config = config;
        live = config.live();
        events = AgentFiles.events(config, log);
        history = AgentFiles.history(config, log);
        holds = AgentFiles.holds(config, log);
        Optional<BearerToken> token = AgentFiles.token(config, log);
        this.platform = platform;
        Driver driver = platform.driver();
        if (config.dryRun()) driver = new DryRunDriver(driver);
        // A dry run changes nothing and therefore needs no permits from a scheduler.
        boolean asks = config.scheduler().isPresent() && !config.dryRun();
        budget =
                asks
                        ? Optional.empty()
                        : Optional.of(
                                new HostBudget(platform.budget(live.budget()), platform::claim));
        permits = asks ? scheduler(config.scheduler().get()) : budget.get();
        fleet =
                new VmFleet(
                        driver,
                        permits,
                        this::rules,
                        new KeptVmState(history::kills, holds::of),
                        config.polling(),
                        new CombinedListener(),
                        log);
        var origins = new SameOriginCheck(refusals(log));
        page =
                new LivePage(
                        new AgentPageSource(
                                AgentPageSource.hostName(),
                                this::view,
                                fleet::health,
                                new MonitorDetailsReader(fleet::monitor)::of,
                                vm -> settingsOf.apply(vm),
                                history::of),
                        origins);
        try {
            pages =
                    HttpServer.start(
                            config.address().resolve(),
                            HostCheck.of(config.hosts(), config.address().host(), refusals(log)),
                            new AgentEndpoints(
                                            this::view,
                                            this::isAlive,
                                            this::writeMeters,
                                            history::of,
                                            page.routes(),
                                            new OperatorEndpoint(origins, token, actions(log)::run))
                                    .routes(),
                            ServerLimits.DEFAULT,
                            new FailureLog(log));
        } catch (ListenException e) {
            fleet.close();
            permits.close();
            throw e;
        }
    }

    /// Returns what logs each rejected peer with the reason, at a bounded rate.
    private static BiConsumer<String, String> refusals(Log log) {
        var repeats = new LogRateLimiter(log, MonotonicClock::now);
        return (peer, why) ->
                repeats.write(
                        "refused", LogLevel.WARN, "peer refused", "peer", peer, "reason", why);
    }

    private OperatorActions actions(Log log) {
        return new OperatorActions(
                OperatorActions.FleetAccess.of(fleet),
                holds,
                (vm, given) -> platform.rules(vm, rulesWith.with(vm, given)),
                event -> events.ifPresent(it -> it.accept(event)),
                log);
    }

    private PermitSource scheduler(AgentConfig.SchedulerConfig scheduler) {
        Duration timeout = live.others().rules().timing().schedulerTimeout();
        return new SchedulerClient(scheduler.address(), scheduler.namespace(), timeout);
    }

    /// Logs the start with version, address, driver and permit source. Warns if other machines can
    /// reach the pages.
    void logStart(Log log) {
        log.info(
                "started",
                "version",
                BuildVersion.of(Agent.class),
                "address",
                address(),
                "driver",
                platform.driver().name(),
                "vms",
                platform.driver().searched(),
                "dry_run",
                config.dryRun(),
                "permits",
                budget.isPresent()
                        ? platform.budget(live.budget()).capacity().text()
                        : config.scheduler().get());
        if (!pages.address().getAddress().isLoopbackAddress())
            log.warn(
                    "other machines can reach the pages without authentication",
                    "address",
                    address());
    }

    private VmRules rules(String vm) {
        VmRules rules = platform.rules(vm, live.of(vm));
        return config.dryRun() ? rules.recommending() : rules;
    }

    /// Forwards each event to every listener.
    private final class CombinedListener implements FleetListener {
        @Override
        public void scaled(ScalingEvent scaled) {
            meters.scaled(scaled);
            events.ifPresent(it -> it.accept(scaled));
            platform.scaled(scaled);
        }

        @Override
        public void resized(ResizeReport resize) {
            meters.resized(resize);
        }

        @Override
        public void discovered(Set<String> vms) {
            events.ifPresent(it -> it.discovered(vms));
        }

        @Override
        public void appeared(ScalingEvent size) {
            events.ifPresent(it -> it.accept(size));
        }

        @Override
        public void gone(ScalingEvent last) {
            events.ifPresent(it -> it.accept(last));
            history.gone(last.vm());
        }

        @Override
        public void happened(String vm, Event event) {
            platform.happened(vm, event);
            fleet.view(vm).ifPresent(it -> history.happened(it, event));
        }

        @Override
        public void decided(VmStatus vm, Event event, Step step) {
            history.decided(vm, event, step);
        }
    }

    /// Returns the address of the pages with the actual port.
    HostPort address() {
        return HostPort.of(pages.address());
    }

    AgentMeters meters() {
        return meters;
    }

    /// Applies changed settings to all VMs and to the budget.
    void apply(ReloadableConfig changed) {
        live = changed;
        changed();
    }

    private void changed() {
        budget.ifPresent(it -> it.change(platform.budget(live.budget())));
        fleet.rulesChanged();
    }

    AgentStatus view() {
        Driver driver = platform.driver();
        return new AgentStatus(
                driver.name(),
                config.dryRun(),
                driver.searched(),
                problems(),
                notes(),
                fleet.bugs(),
                events.map(EventsFile::lost).orElse(0L),
                budget.map(it -> new BudgetUsage(platform.budget(live.budget()), it.permitted())),
                fleet.views(),
                unscaled(),
                platform.readyOnlyWithVms());
    }

    private List<String> problems() {
        var problems = new ArrayList<String>();
        fleet.problem().ifPresent(why -> problems.add("it cannot find VMs: " + why));
        settingsProblem.ifPresent(problems::add);
        problems.addAll(platform.driver().problems());
        problems.addAll(platform.problems());
        return problems;
    }

    private List<UnscaledVm> unscaled() {
        var unscaled = new ArrayList<UnscaledVm>();
        platform.driver()
                .ends()
                .forEach(
                        (vm, end) ->
                                unscaled.add(
                                        new UnscaledVm(
                                                vm,
                                                end.died() ? UnscaledVm.DEAD : UnscaledVm.ENDED,
                                                end.text(),
                                                Map.of())));
        fleet.unseen()
                .forEach(
                        (vm, problems) ->
                                unscaled.add(
                                        new UnscaledVm(
                                                vm,
                                                UnscaledVm.UNSEEN,
                                                "was found, and its size is not known yet",
                                                problems)));
        unscaled.sort(Comparator.comparing(UnscaledVm::name));
        return unscaled;
    }

    /// Returns the notes on the settings: sections without a VM, and VMs whose compute
    /// unit keeps them above their minimum.
    List<String> notes() {
        var notes = new ArrayList<String>();
        Optional<Set<String>> names = platform.driver().names();
        live.own().stream()
                .map(AgentConfig.VmOverride::whose)
                .filter(it -> names.isPresent() && names.get().stream().noneMatch(it::matches))
                .map(Agent::withoutEffect)
                .forEach(notes::add);
        fleet.views().stream()
                .flatMap(it -> UnitNote.of(it.name(), it.state().limits()).stream())
                .forEach(notes::add);
        return notes;
    }

    private static String withoutEffect(NamePattern whose) {
        String text = whose.text();
        return whose.isName()
                ? "there is no VM %s, so the section [vm.%s] has no effect".formatted(text, text)
                : "no VM matches %s, so the section [vm.\"%s\"] has no effect"
                        .formatted(text, text);
    }

    /// @param problem with the settings file; empty if the file is valid
    void settingsProblem(Optional<String> problem) {
        settingsProblem = problem;
    }

    /// @param settings returns the effective settings of a VM, for its page; thread-safe
    /// @param preview returns the rules of a VM with other settings; thread-safe
    void showSettings(
            Function<String, List<EffectiveSetting>> settings,
            OperatorActions.RulesPreview preview) {
        settingsOf = settings;
        rulesWith = preview;
    }

    private void writeMeters(MetricsWriter page) {
        meters.write(page);
        platform.write(page);
    }

    private boolean isAlive() {
        return isHealthy(ALIVE);
    }

    /// Returns whether a VM discovery was made within `timeout`, successfully or not.
    boolean isHealthy(Duration timeout) {
        return fleet.hasDiscovered(timeout);
    }

    /// Stops the agent. The VMs keep their sizes.
    @Override
    public void close() {
        page.close();
        pages.close(CLOSE_REASON);
        fleet.close();
        events.ifPresent(EventsFile::close);
        history.close();
        permits.close();
        platform.close();
    }
}
