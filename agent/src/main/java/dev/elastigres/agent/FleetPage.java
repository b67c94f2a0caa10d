package dev.elastigres.agent;

import dev.elastigres.agent.AgentStatus.BudgetUsage;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.history.FleetHistory;
import dev.elastigres.agent.pages.MonitorDetailsReader;
import dev.elastigres.agent.permits.HostBudget;
import dev.elastigres.agent.worker.FleetListener;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.page.LivePage;
import dev.elastigres.page.PageHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// The live page of a fleet that runs without the agent daemon, as that of the demo. Listens on a
/// free loopback port. Requests that fail are not logged.
public final class FleetPage implements FleetListener, AutoCloseable {
    private final FleetHistory history = FleetHistory.inMemory(InstantSource.system());
    private final Driver driver;
    private final HostBudget budget;
    private final BudgetRules rules;
    private final LivePage page;
    private final HttpServer server;
    private volatile Optional<VmFleet> fleet = Optional.empty();

    /// Serves a page without VMs.
    ///
    /// @param driver of the fleet
    /// @param budget that permits the sizes
    /// @param rules of the budget
    /// @throws ListenException if no address can be listened on
    public FleetPage(Driver driver, HostBudget budget, BudgetRules rules) throws ListenException {
        this.driver = driver;
        this.budget = budget;
        this.rules = rules;
        page =
                new LivePage(
                        new AgentPageSource(
                                AgentPageSource.hostName(),
                                this::status,
                                vm -> fleet.flatMap(it -> it.health(vm)),
                                new MonitorDetailsReader(vm -> fleet.flatMap(it -> it.monitor(vm)))
                                        ::of,
                                _ -> List.of(),
                                history::of),
                        new SameOriginCheck((_, _) -> {}));
        server =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        page.routes().wrapped(PageHeaders::on),
                        ServerLimits.DEFAULT,
                        (_, _, _) -> {});
    }

    /// Shows the VMs of `running`, whose listener this is.
    public void show(VmFleet running) {
        fleet = Optional.of(running);
    }

    /// Returns the URL of the page.
    public String url() {
        return "http://" + HostPort.of(server.address()) + "/";
    }

    private AgentStatus status() {
        return new AgentStatus(
                driver.name(),
                false,
                driver.searched(),
                List.of(),
                List.of(),
                fleet.map(VmFleet::bugs).orElse(0L),
                0,
                Optional.of(new BudgetUsage(rules, budget.permitted())),
                fleet.map(VmFleet::views).orElse(List.of()),
                List.of(),
                true);
    }

    @Override
    public void scaled(ScalingEvent scaled) {
        // The decision that led to it is recorded.
    }

    @Override
    public void gone(ScalingEvent last) {
        history.gone(last.vm());
    }

    @Override
    public void happened(String vm, Event event) {
        fleet.flatMap(it -> it.view(vm)).ifPresent(it -> history.happened(it, event));
    }

    @Override
    public void decided(VmStatus vm, Event event, Step step) {
        history.decided(vm, event, step);
    }

    @Override
    public void close() {
        page.close();
        server.close();
    }
}
