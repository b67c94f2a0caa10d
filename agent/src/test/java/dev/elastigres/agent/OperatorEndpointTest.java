package dev.elastigres.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.hold.HoldStore;
import dev.elastigres.agent.hold.VmHold;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.guard.BearerToken;
import dev.elastigres.daemon.guard.LoggingGuardListener;
import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.daemon.settings.UsageException;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Actions of operators over HTTP.
class OperatorEndpointTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String PAUSE = "{\"action\":\"pause\",\"vm\":\"db\",\"for\":\"1h\"}";

    @TempDir Path folder;

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log = Log.to(logged, LogFormat.JSON, LogLevel.INFO, Clock.systemUTC());
    private final HoldStore holds = HoldStore.inMemory(InstantSource.system(), log);
    private final List<ScalingEvent> events = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Optional<HttpServer> server = Optional.empty();

    /// A host with one VM.
    private final class SingleVmFleet implements OperatorActions.FleetAccess {
        private final VmStatus db = SampleVms.fresh("db");

        @Override
        public Optional<VmStatus> vm(String name) {
            return Optional.of(db).filter(it -> it.name().equals(name));
        }

        @Override
        public void holdChanged(String vm) {
            changed.add(vm);
        }

        @Override
        public Optional<SizeExplanation> preview(String vm, VmRules rules) {
            return vm(vm).map(it -> it.state().why());
        }
    }

    private static VmRules rules(String vm, Map<String, String> given) throws UsageException {
        var table = new AgentSettings(new Resources(16, Bytes.ofGibibytes(64)), Platforms.find());
        Settings settings = ((Invocation.Run) table.table().read(List.of(), Map.of())).settings();
        return table.rulesWith(settings, vm, given);
    }

    private void listen(boolean withToken) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        Optional<BearerToken> token =
                withToken
                        ? Optional.of(BearerToken.in(file, new LoggingGuardListener(log)))
                        : Optional.empty();
        var actions =
                new OperatorActions(
                        new SingleVmFleet(), holds, OperatorEndpointTest::rules, events::add, log);
        server =
                Optional.of(
                        HttpServer.start(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                new OperatorEndpoint(
                                                new SameOriginCheck((_, _) -> {}),
                                                token,
                                                actions::run)
                                        .addTo(Routes.NONE),
                                ServerLimits.DEFAULT,
                                (what, _, cause) -> {
                                    throw new AssertionError(what, cause);
                                }));
    }

    @AfterEach
    void close() {
        client.close();
        server.ifPresent(HttpServer::close);
    }

    private HttpRequest.Builder request() {
        HostPort address = HostPort.of(server.orElseThrow().address());
        return HttpRequest.newBuilder(URI.create("http://" + address + OperatorEndpoint.PATH));
    }

    private HttpResponse<String> act(String body, String... headers) throws Exception {
        HttpRequest.Builder request = request().PUT(BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> act(String body) throws Exception {
        return act(body, "Authorization", "Bearer " + TOKEN);
    }

    @Test
    void withoutATokenTheAgentIsReadOnly() throws Exception {
        listen(false);
        HttpResponse<String> refusal = act(PAUSE);
        assertThat(refusal.statusCode()).isEqualTo(403);
        assertThat(refusal.body())
                .isEqualTo(
                        "this agent is read-only: start it with --actions-token-file FILE to allow"
                                + " actions\n");
        assertThat(holds.of("db")).isEmpty();
        assertThat(client.send(request().build(), BodyHandlers.ofString()).body())
                .isEqualTo("{\"allowed\":false}");
    }

    @Test
    void onlyTheTokenIsAccepted() throws Exception {
        listen(true);
        assertThat(act(PAUSE, "Authorization", "Bearer " + TOKEN + "x").statusCode())
                .isEqualTo(401);
        assertThat(act(PAUSE, "Cookie", "token=" + TOKEN).statusCode()).isEqualTo(401);
        assertThat(
                        act(
                                        PAUSE,
                                        "Authorization",
                                        "Bearer " + TOKEN,
                                        "Origin",
                                        "http://evil.example")
                                .statusCode())
                .isEqualTo(403);
        assertThat(holds.of("db")).isEmpty();
        assertThat(logged.toString(UTF_8)).contains("peer refused").doesNotContain(TOKEN);
    }

    @Test
    void aPauseIsLoggedAndRecordedWithItsEndAndItsOperator() throws Exception {
        listen(true);
        HttpResponse<String> answer = act(PAUSE);
        assertThat(answer.statusCode()).isEqualTo(200);
        VmHold hold = holds.of("db").orElseThrow();
        assertThat(hold.pin()).isEmpty();
        assertThat(hold.by()).startsWith("127.0.0.1:");
        assertThat(answer.body())
                .contains("\"what\":\"db " + hold.text() + "\"", "\"kind\":\"paused\"");
        assertThat(logged.toString(UTF_8)).contains("operator's action", hold.text());
        assertThat(events).singleElement().extracting(ScalingEvent::why).isEqualTo(hold.text());
        assertThat(events.getFirst().from()).isEqualTo(events.getFirst().to());
        assertThat(changed).containsExactly("db");
    }

    @Test
    void aPinIsReleased() throws Exception {
        listen(true);
        assertThat(
                        act("{\"action\":\"pin\",\"vm\":\"db\",\"cpus\":\"1\",\"memory\":\"4GiB\"}")
                                .statusCode())
                .isEqualTo(200);
        assertThat(holds.of("db").orElseThrow().pin()).contains(ComputeUnit.DEFAULT.times(4));
        assertThat(act("{\"action\":\"resume\",\"vm\":\"db\"}").body())
                .contains("db was released by 127.0.0.1:", "\"hold\":null");
        assertThat(holds.of("db")).isEmpty();
        assertThat(act("{\"action\":\"resume\",\"vm\":\"db\"}").body())
                .contains("neither paused nor pinned");
        assertThat(changed).containsExactly("db", "db");
    }

    @Test
    void aPreviewPlacesNoHold() throws Exception {
        listen(true);
        HttpResponse<String> answer =
                act("{\"action\":\"preview\",\"vm\":\"db\",\"settings\":{\"max-cpus\":\"2\"}}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"now\":{", "\"then\":{", "\"why\":\"db has");
        assertThat(changed).isEmpty();
        assertThat(events).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                                        | 400 |",
                "[]                                                       | 400 | a JSON object",
                "{'action':'pause','for':'1h'}                            | 400 | give the name \"vm\"",
                "{'vm':'db'}                                              | 400 | give pause, pin",
                "{'vm':'db','action':'delete'}                            | 400 | no action \"delete\"",
                "{'vm':'db','action':'pause'}                             | 400 | give \"for\", such as 1h",
                "{'vm':'db','action':'pause','for':'soon'}                | 400 | for ",
                "{'vm':'db','action':'pause','for':'25h'}                 | 400 | for ",
                "{'vm':'db','action':'pin','cpus':'1'}                    | 400 | \"memory\"",
                "{'vm':'db','action':'pin','cpus':'-1','memory':'1GiB'}   | 400 | cpus ",
                "{'vm':'db','action':'pin','cpus':'64','memory':'1GiB'}   | 409 | db can have from 0.25 CPUs",
                "{'vm':'db','action':'preview'}                           | 400 | \"settings\"",
                "{'vm':'db','action':'preview','settings':{'x':'1'}}      | 400 | unknown setting",
                "{'vm':'nobody','action':'resume'}                        | 404 | there is no such VM",
            })
    void aRefusalHasItsReasonInOneLine(String body, int status, String reason) throws Exception {
        listen(true);
        HttpResponse<String> refusal = act(body.replace('\'', '"'));
        assertThat(refusal.statusCode()).isEqualTo(status);
        if (reason != null) assertThat(refusal.body()).contains(reason);
        assertThat(refusal.body()).hasLineCount(1);
        assertThat(holds.of("db")).isEmpty();
    }

    @Test
    void sizeAndRateOfRequestsAreLimited() throws Exception {
        listen(true);
        assertThat(act("x".repeat(1025)).statusCode()).isEqualTo(413);
        HttpResponse<String> last = act(PAUSE);
        for (int i = 0; i < 20; i++) last = act(PAUSE);
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("Retry-After")).contains("10");
    }
}
