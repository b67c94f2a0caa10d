package dev.elastigres.monitor;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.MetricsHandler;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.metrics.ProcessMetrics;
import dev.elastigres.monitor.pods.WatchedContainers;
import dev.elastigres.monitor.pods.WatchedContainers.ListedContainer;
import dev.elastigres.monitor.watch.TickScheduler;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.pods.WatchedContainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The routes of a node's monitor. Paths of one container end with its key: `/monitor/<pod
/// uid>/<container>`.
final class NodeMonitorRoutes {
    private static final String AGENTS = "/monitor/";
    private static final String HOST = "/host/";
    private static final String CACHE = "/cache/";

    private final WatchedContainers<ContainerWatch> fleet;
    private final KernelReader reader;
    private final TickScheduler sampler;
    private final ProcessMetrics process = new ProcessMetrics("the monitor");

    NodeMonitorRoutes(
            WatchedContainers<ContainerWatch> fleet, KernelReader reader, TickScheduler sampler) {
        this.reader = reader;
        this.fleet = fleet;
        this.sampler = sampler;
    }

    /// Returns the routes for agents.
    Routes agents(AccessGuards guards) {
        return Routes.NONE
                .below(AGENTS, guards.agents(of(AGENTS, watch -> (_ -> watch.upgrade()))))
                .below(HOST, of(HOST, watch -> new MetricsHandler(watch::writeHost)))
                .below(CACHE, of(CACHE, watch -> new MetricsHandler(watch::writeCache)));
    }

    Routes pages(AccessGuards guards) {
        Routes pages = guards.page(Routes.NONE, "/healthz", _ -> health());
        pages = guards.page(pages, "/readyz", _ -> readiness());
        pages = guards.page(pages, "/status", _ -> Response.json(200, status()));
        return guards.page(pages, "/metrics", new MetricsHandler(this::writeMetrics));
    }

    // ---- of one container

    private Handler of(String folder, Function<ContainerWatch, Handler> page) {
        return request -> answer(request, folder, page);
    }

    private Reply answer(Request request, String folder, Function<ContainerWatch, Handler> page) {
        ListedContainer<ContainerWatch> member =
                fleet.members().get(request.path().substring(folder.length()));
        if (member == null) return Response.text(404, "no such container is in the watch list");
        ContainerWatch watch = member.watch();
        if (watch == null) return Response.text(503, "it is not watched yet: " + member.why());
        return page.apply(watch).answer(request);
    }

    // ---- of all

    private Response health() {
        if (!fleet.isAlive()) return Response.text(503, "the watch list is not followed any more");
        if (!sampler.isAlive()) return Response.text(503, "the watcher has ended");
        var ended = new ArrayList<String>();
        forEach(
                (container, watch) -> {
                    if (!watch.isAlive()) ended.add(container.name());
                });
        return ended.isEmpty()
                ? Response.text(200, "ok")
                : Response.text(503, "the watch has ended of " + String.join(", ", ended));
    }

    private Response readiness() {
        List<String> problems = problems();
        return problems.isEmpty()
                ? Response.text(200, "ready")
                : Response.text(503, String.join("\n", problems));
    }

    private List<String> problems() {
        var problems = new ArrayList<String>();
        fleet.problem().ifPresent(problems::add);
        if (!fleet.isAlive()) problems.add("the watch list is not followed any more");
        if (!sampler.isAlive()) problems.add("memory is not watched any more");
        problems.addAll(ThreadFailures.problems());
        for (String file : reader.silent()) problems.add(file + " does not answer");
        for (ListedContainer<ContainerWatch> member : fleet.members().values())
            for (String problem : problems(member))
                problems.add(member.container().name() + ": " + problem);
        return problems;
    }

    private static List<String> problems(ListedContainer<ContainerWatch> member) {
        ContainerWatch watch = member.watch();
        return watch == null ? List.of(member.why()) : watch.problems();
    }

    private String status() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    for (ListedContainer<ContainerWatch> member : fleet.members().values()) {
                        json.writeFieldName(member.container().name());
                        writeStatus(json, member);
                    }
                    json.writeEndObject();
                });
    }

    private static void writeStatus(JsonGenerator json, ListedContainer<ContainerWatch> member)
            throws IOException {
        ContainerWatch watch = member.watch();
        if (watch != null) {
            watch.writeStatus(json);
            return;
        }
        json.writeStartObject();
        json.writeStringField("version", MonitorVersion.text());
        json.writeBooleanField("ready", false);
        json.writeArrayFieldStart("problems");
        json.writeString(member.why());
        json.writeEndArray();
        json.writeEndObject();
    }

    private void writeMetrics(MetricsWriter page) {
        MonitorMetricsPage.writeBuild(page);
        page.gauge(
                "elastigres_monitor_roster_followed",
                "Whether the last read of the watch list succeeded");
        page.sample(fleet.problem().isEmpty() ? 1 : 0);
        page.gauge(
                "elastigres_monitor_container_watched",
                "Whether a container of the watch list is watched");
        for (ListedContainer<ContainerWatch> member : fleet.members().values())
            about(page, member.container()).sample(member.watch() == null ? 0 : 1);
        forEach((container, watch) -> watch.writeMetrics(about(page, container)));
        process.write(page.about());
    }

    private static MetricsWriter about(MetricsWriter page, WatchedContainer container) {
        return page.about(
                "namespace",
                container.namespace(),
                "pod",
                container.pod(),
                "container",
                container.container());
    }

    private void forEach(BiConsumer<WatchedContainer, ContainerWatch> what) {
        for (ListedContainer<ContainerWatch> member : fleet.members().values()) {
            ContainerWatch watch = member.watch();
            if (watch != null) what.accept(member.container(), watch);
        }
    }
}
