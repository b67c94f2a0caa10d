package dev.elastigres.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.AgentStatus.UnscaledVm;
import dev.elastigres.agent.history.TimelinePoint;
import dev.elastigres.agent.history.VmTimeline;
import dev.elastigres.agent.pages.MonitorDetails;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.page.ChartEvent;
import dev.elastigres.page.EventKind;
import dev.elastigres.page.LivePage;
import dev.elastigres.protocol.json.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The agent's pages over HTTP.
class AgentEndpointsTest {
    private static final Path DOC = Path.of("..", "docs", "agent.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| (\\w+) \\| ([^|]*) \\| (.+) \\|$");
    private static final Pattern KEY =
            Pattern.compile("(?m)^\\| `([a-z_.\\[\\]]+)` \\| [^|]+ \\|$");

    private static final Pattern HELP = Pattern.compile("(?m)^# HELP (\\S+) ");
    private static final Pattern AGENT_METRIC =
            Pattern.compile("\\b(?:elastigres_agent|process)_[a-z0-9_]+");
    private static final List<String> DEPLOYED =
            List.of(
                    "grafana/elastigres-agent.json",
                    "grafana/elastigres-fleet.json",
                    "prometheus/alerts.yml");

    private final AgentMeters meters = new AgentMeters();
    private final HttpClient client = HttpClient.newHttpClient();
    private AgentStatus agent = SampleVms.agent(SampleVms.busy("db"), SampleVms.fresh("a/b c"));
    private final LivePage page =
            new LivePage(
                    new AgentPageSource(
                            "host",
                            () -> agent,
                            _ -> Optional.empty(),
                            _ -> MonitorDetails.NONE,
                            _ -> List.of(),
                            _ -> VmTimeline.EMPTY),
                    new SameOriginCheck((_, _) -> {}));
    private boolean alive = true;
    private HttpServer server;

    private static final VmTimeline TIMELINE =
            new VmTimeline(
                    List.of(
                            new TimelinePoint(
                                    SampleVms.WHEN,
                                    new Resources(0.7, Bytes.ofGibibytes(1)),
                                    ComputeUnit.DEFAULT.times(3))),
                    List.of(),
                    List.of(
                            new ChartEvent(1, SampleVms.WHEN, EventKind.DECIDED, "should grow"),
                            new ChartEvent(2, SampleVms.WHEN, EventKind.RESIZED, "grew")));

    @Test
    void theHistoryHasPointsAndEvents() throws Exception {
        assertThat(get("/history/db").body())
                .isEqualTo(
                        "{\"points\":[{\"at\":\"2026-11-22T10:00:00Z\","
                                + "\"demand\":{\"cpus\":0.7,\"memory_bytes\":1073741824},"
                                + "\"size\":{\"cpus\":0.75,\"memory_bytes\":3221225472}}],"
                                + "\"events\":[{\"at\":\"2026-11-22T10:00:00Z\",\"what\":\"grew\"}]}");
        assertThat(get("/history/other").statusCode()).isEqualTo(404);
    }

    @BeforeEach
    void listen() throws Exception {
        server =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new AgentEndpoints(
                                        () -> agent,
                                        () -> alive,
                                        meters::write,
                                        _ -> TIMELINE,
                                        page.routes(),
                                        new OperatorEndpoint(
                                                new SameOriginCheck((_, _) -> {}),
                                                Optional.empty(),
                                                (_, _) -> Response.text(500, "not allowed")))
                                .routes(),
                        ServerLimits.DEFAULT,
                        (what, _, cause) -> {
                            throw new AssertionError(what, cause);
                        });
    }

    @AfterEach
    void leave() {
        client.close();
        server.close();
    }

    @Test
    void statusHasEveryVmWithItsSizeItsGoalAndTheReason() throws Exception {
        var status = (Json.Obj) Json.parse(get("/status").body());
        assertThat(status.list("vms")).hasSize(3);
        assertThat(status.object("budget").orElseThrow().compact())
                .contains("\"permitted\":{\"cpus\":1.25,\"memory_bytes\":5368709120}");
        assertThat(status.list("notes")).containsExactly(new Json.Str("there is no VM dbb"));
        var db = (Json.Obj) status.list("vms").get(1);
        assertThat(db.compact())
                .contains(
                        "\"state\":\"awaiting_permit\"",
                        "\"size\":{\"cpus\":0.25,\"memory_bytes\":1073741824}",
                        "\"wanted\":{\"cpus\":1.0,\"memory_bytes\":4294967296}",
                        "\"units\":4,\"complete\":true,\"parts\":{\"cpu\":4.0",
                        "\"monitor\":{\"connected\":false,\"protocol_version\":null}",
                        "\"problems\":{\"cache_metrics\":\"connection refused\"}",
                        "\"at\":\"2026-11-22T10:00:00Z\",\"what\":\"asked for a permit\"",
                        "\"transitions\":{\"permit_requested\":1}");
        assertThat(db.text("why").orElseThrow())
                .startsWith("db has 0.25 CPUs and 1GiB and should have 1 CPU and 4GiB (4 units for")
                .endsWith("but waits for a permit for 1 CPU and 4GiB");
    }

    @Test
    void statusOfOneVmIsFoundByItsName() throws Exception {
        var one = (Json.Obj) Json.parse(get("/status/a/b%20c").body());
        assertThat(one.text("name")).contains("a/b c");
        assertThat(one.get("goal")).contains(new Json.Null());
        assertThat(one.object("monitor").orElseThrow().compact())
                .isEqualTo("{\"connected\":true,\"protocol_version\":2}");
        assertThat(get("/status/nobody").statusCode()).isEqualTo(404);
    }

    @Test
    void aHoldIsAStateOfItsOwn() throws Exception {
        agent = SampleVms.agent(SampleVms.pinned("db"));
        var db = (Json.Obj) Json.parse(get("/status/db").body());
        assertThat(db.object("hold").orElseThrow().compact())
                .isEqualTo(
                        "{\"kind\":\"pinned\",\"size\":{\"cpus\":0.5,\"memory_bytes\":2147483648},"
                                + "\"until\":\"2026-11-22T11:00:00Z\",\"by\":\"127.0.0.1:1\"}");
        assertThat(db.text("why").orElseThrow())
                .contains("it is pinned to 0.5 CPUs and 2GiB for another 60 min, by 127.0.0.1:1");
    }

    /// A VM without a size stays in the status, with the keys of all others.
    @Test
    void statusExplainsWhyAVmDied() throws Exception {
        var lost = (Json.Obj) Json.parse(get("/status/lost").body());
        assertThat(lost.text("state")).contains("dead");
        assertThat(lost.text("why")).contains("lost died: its QEMU was killed");
        var db = (Json.Obj) Json.parse(get("/status/db").body());
        assertThat(lost.members().keySet()).isEqualTo(db.members().keySet());
        assertThat(get("/metrics").body()).contains("elastigres_agent_vms{state=\"dead\"} 1\n");
    }

    @Test
    void reportsLivenessAndReadiness() throws Exception {
        assertThat(get("/healthz").body()).isEqualTo("ok\n");
        alive = false;
        assertThat(get("/healthz").statusCode()).isEqualTo(503);
        agent = SampleVms.agent(SampleVms.fresh("db"));
        assertThat(get("/readyz").body()).isEqualTo("ready\n");
    }

    @Test
    void readinessListsUnreachableParts() throws Exception {
        agent = SampleVms.troubled(true, "no VMs: no");
        var unready = get("/readyz");
        assertThat(unready.statusCode()).isEqualTo(503);
        assertThat(unready.body()).isEqualTo("no VMs: no\ndb: cache metrics: connection refused\n");
        agent = SampleVms.troubled(true);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        // One faulty VM does not block the rollout of an agent.
        agent = SampleVms.troubled(false);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").body())
                .isEqualTo("ready\ndb: cache metrics: connection refused\n");
    }

    @Test
    void metricsAreThoseOfTheDocument() throws Exception {
        String page = get("/metrics").body();
        var documented =
                ROW.matcher(Files.readString(DOC))
                        .results()
                        .map(it -> it.group(1) + " " + it.group(2) + " " + it.group(4))
                        .toList();
        assertThat(families(page)).containsExactlyElementsOf(documented);
    }

    /// The metrics of the process are those of the monitor, too, and have the same names.
    @Test
    void dashboardsAndAlertsAreAboutMetricsOfThePage() throws Exception {
        String page = get("/metrics").body();
        var served = new TreeSet<String>();
        HELP.matcher(page).results().forEach(it -> served.add(it.group(1)));
        for (String file : DEPLOYED) {
            var used = new TreeSet<String>();
            AGENT_METRIC
                    .matcher(Files.readString(Path.of("..", "deploy", file)))
                    .results()
                    .forEach(it -> used.add(it.group().replaceFirst("_(bucket|sum|count)$", "")));
            assertThat(used).as(file).hasSizeGreaterThan(10).isSubsetOf(served);
        }
    }

    @Test
    void pageHasTextForEveryState() throws Exception {
        String words = get("/page/format.js").body();
        var states = new ArrayList<>(SizeExplanation.CODES);
        states.addAll(UnscaledVm.STATES);
        assertThat(states).allMatch(it -> words.contains("\n  " + it + ": '"));
    }

    @Test
    void keysOfTheStatusAreThoseOfTheDocument() throws Exception {
        var documented =
                KEY.matcher(Files.readString(DOC)).results().map(it -> it.group(1)).toList();
        agent = SampleVms.agent(SampleVms.busy("db"), SampleVms.pinned("pinned"));
        var written = new TreeSet<String>();
        collect("", Json.parse(get("/status").body()), written);
        assertThat(written).containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void metricsCountVmsAndTheirTransitions() throws Exception {
        meters.scaled(
                new ScalingEvent(
                        SampleVms.WHEN,
                        "db",
                        ComputeUnit.DEFAULT.times(1),
                        ComputeUnit.DEFAULT.times(4),
                        "load"));
        assertThat(get("/metrics").body())
                .contains(
                        "elastigres_agent_vms{state=\"awaiting_permit\"} 1\n",
                        "elastigres_agent_vms{state=\"moving\"} 0\n",
                        "elastigres_agent_vms_in_trouble{part=\"cache_metrics\"} 1\n",
                        "elastigres_agent_resizes_total{direction=\"up\"} 1\n",
                        "elastigres_agent_transitions_total{transition=\"permit_requested\"} 1\n",
                        "elastigres_agent_budget_permitted_cpus 1.25\n",
                        "elastigres_agent_vm_cpus{vm=\"db\"} 0.25\n",
                        "elastigres_agent_vm_wanted_memory_bytes{vm=\"db\"} 4294967296\n",
                        "elastigres_agent_vm_goal_units{vm=\"db\"} 4\n",
                        "elastigres_agent_vm_monitor_connected{vm=\"a/b c\"} 1\n");
        // The VM is gone, and another one of that name counts from zero.
        agent = SampleVms.agent();
        assertThat(get("/metrics").body()).contains("{transition=\"permit_requested\"} 1\n");
        VmStatus db = SampleVms.busy("db");
        agent = SampleVms.agent(db);
        assertThat(get("/metrics").body()).contains("{transition=\"permit_requested\"} 2\n");
        agent = SampleVms.agent(counted(db, 3));
        assertThat(get("/metrics").body()).contains("{transition=\"permit_requested\"} 4\n");
    }

    private static VmStatus counted(VmStatus vm, long count) {
        return new VmStatus(
                vm.name(),
                vm.state(),
                vm.monitorVersion(),
                vm.problems(),
                vm.recent(),
                Map.of(Transition.PERMIT_REQUESTED, count));
    }

    private static List<String> families(String page) {
        return Pattern.compile("(?m)^# HELP (\\S+) (.+)\\n# TYPE \\S+ (\\S+)$")
                .matcher(page)
                .results()
                .map(it -> it.group(1) + " " + it.group(3) + " " + it.group(2))
                .toList();
    }

    /// Skips keys that are not fixed: codes of transitions, and problems.
    private static void collect(String path, Json value, Set<String> into) {
        if (!path.isEmpty() && !path.endsWith("[]")) into.add(path);
        if (path.endsWith("transitions") || path.equals("vms[].problems")) return;
        if (value instanceof Json.Obj(var members))
            members.forEach(
                    (name, member) ->
                            collect(path.isEmpty() ? name : path + "." + name, member, into));
        if (value instanceof Json.Arr(var items))
            items.forEach(item -> collect(path + "[]", item, into));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://" + HostPort.of(server.address()) + path))
                        .build(),
                BodyHandlers.ofString());
    }
}
