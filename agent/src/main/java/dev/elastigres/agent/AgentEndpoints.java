package dev.elastigres.agent;

import dev.elastigres.agent.history.VmTimeline;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.metrics.MetricsHandler;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.page.PageHeaders;
import java.net.URI;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// The HTTP endpoints of the agent.
///
/// @param isAlive whether the agent still looks for VMs
/// @param meters writes the agent's counters
/// @param history returns the last day of a VM by its name
/// @param page routes of the live page
/// @param actions the actions of operators
record AgentEndpoints(
        Supplier<AgentStatus> agent,
        BooleanSupplier isAlive,
        Consumer<MetricsWriter> meters,
        Function<String, VmTimeline> history,
        Routes page,
        OperatorEndpoint actions) {
    private static final String ONE_VM = "/status/";
    private static final String HISTORY = "/history/";

    Routes routes() {
        var metrics = new AgentMetricsPage(agent, meters);
        return actions.addTo(readOnly(metrics)).wrapped(PageHeaders::on);
    }

    private Routes readOnly(AgentMetricsPage metrics) {
        return Routes.NONE
                .with("/healthz", _ -> health())
                .with("/readyz", _ -> readiness())
                .with("/status", _ -> Response.json(200, AgentStatusPage.of(agent.get()).compact()))
                .below(ONE_VM, this::status)
                .below(HISTORY, this::history)
                .with("/metrics", new MetricsHandler(metrics::write))
                .and(page);
    }

    private Response health() {
        return isAlive.getAsBoolean()
                ? Response.text(200, "ok")
                : Response.text(503, "VM discovery has stopped");
    }

    private Response readiness() {
        AgentStatus seen = agent.get();
        String problems = String.join("\n", seen.problems());
        if (!seen.isReady()) return Response.text(503, problems);
        return Response.text(200, problems.isEmpty() ? "ready" : "ready\n" + problems);
    }

    private Response status(Request request) {
        String name = decoded(request.path()).substring(ONE_VM.length());
        AgentStatus seen = agent.get();
        return seen.vm(name)
                .map(AgentStatusPage::of)
                .or(() -> seen.unscaled(name).map(AgentStatusPage::of))
                .map(vm -> Response.json(200, vm.compact()))
                .orElseGet(() -> Response.text(404, "there is no such VM"));
    }

    private Response history(Request request) {
        String name = decoded(request.path()).substring(HISTORY.length());
        return agent.get().vm(name).isPresent()
                ? Response.json(200, HistoryPage.of(history.apply(name)).compact())
                : Response.text(404, "there is no such VM");
    }

    private static String decoded(String path) {
        try {
            return URI.create(path).getPath();
        } catch (IllegalArgumentException _) {
            return path;
        }
    }
}
