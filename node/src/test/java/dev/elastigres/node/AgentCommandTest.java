package dev.elastigres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.settings.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

/// What a person asks a running agent, over a real socket.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class AgentCommandTest {
    private static final String VM =
            "{\"name\":\"db\",\"state\":\"awaiting_permit\",\"why\":\"db has what it has\","
                    + "\"size\":{\"cpus\":0.5,\"memory_bytes\":2147483648},"
                    + "\"wanted\":{\"cpus\":1.0,\"memory_bytes\":4294967296},"
                    + "\"permit\":{\"cpus\":1.0,\"memory_bytes\":2147483648},"
                    + "\"monitor\":{\"connected\":true,\"protocol_version\":2},"
                    + "\"problems\":{\"cache_metrics\":\"refused\"}}";

    /// An event of long ago, and one of the future, for this page has fixed times.
    private static final String HISTORY =
            "{\"points\":["
                    + "{\"at\":\"2001-01-01T00:00:00Z\",\"demand\":{\"cpus\":9,\"memory_bytes\":9},"
                    + "\"size\":{\"cpus\":9,\"memory_bytes\":9}},"
                    + "{\"at\":\"2999-01-01T00:00:00Z\",\"demand\":{\"cpus\":0.1,\"memory_bytes\":1073741824},"
                    + "\"size\":{\"cpus\":0.5,\"memory_bytes\":2147483648}},"
                    + "{\"at\":\"2999-01-01T00:01:00Z\",\"demand\":{\"cpus\":0.8,\"memory_bytes\":536870912},"
                    + "\"size\":{\"cpus\":1,\"memory_bytes\":2147483648}}],"
                    + "\"events\":[{\"at\":\"2001-01-01T00:00:00Z\",\"what\":\"old\"},"
                    + "{\"at\":\"2999-01-01T00:01:00.5Z\",\"what\":\"0.5 CPUs to 1 CPU: load\"}]}";

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer agent;

    @TempDir Path folder;

    private volatile String page =
            "{\"problems\":[\"no VMs: why\",\"db: cache metrics: refused\"],"
                    + "\"notes\":[\"there is no VM dbb\"],\"vms\":["
                    + VM
                    + ",{\"name\":\"lost\",\"state\":\"dead\",\"why\":\"lost died: its QEMU was killed\","
                    + "\"size\":null,\"monitor\":null,\"problems\":{}}]}";
    private String address;

    @BeforeEach
    void begin() throws Exception {
        agent =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Routes.NONE
                                .with("/status", _ -> Response.json(200, page))
                                .with("/status/db%20one", _ -> Response.json(200, VM))
                                .with("/history/db%20one", _ -> Response.json(200, HISTORY))
                                .withPut("/actions", this::act)
                                .with("/status/odd", _ -> Response.text(200, "hello"))
                                .below("/status/", _ -> Response.text(404, "there is none")),
                        ServerLimits.DEFAULT,
                        (what, _, cause) -> {
                            throw new AssertionError(what, cause);
                        });
        address = HostPort.of(agent.address()).toString();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private Response act(Request request) {
        requests.add(request.header("Authorization").orElse("") + " " + request.body());
        if (request.body().contains("preview"))
            return Response.json(
                    200, "{\"now\":{\"why\":\"db has 1\"},\"then\":{\"why\":\"db has 2\"}}");
        return request.body().contains("lost")
                ? Response.text(409, "lost can have\nno more")
                : Response.json(200, "{\"what\":\"db was paused\"}");
    }

    @AfterEach
    void end() {
        System.setOut(realOut);
        System.setErr(realErr);
        agent.close();
    }

    @Test
    void statusIsATable() {
        assertThat(run("status", "--address", address)).isZero();
        assertThat(text(out).lines().map(it -> it.strip().replaceAll(" {2,}", "|")))
                .containsExactly(
                        "NAME|STATE|SIZE|WANTED|PERMIT|MONITOR|PROBLEMS",
                        "db|awaiting_permit|0.5 CPUs and 2GiB|1 CPU and 4GiB|1 CPU and 2GiB|yes"
                                + "|cache_metrics",
                        "lost|dead",
                        "db: cache metrics: refused",
                        "lost died: its QEMU was killed",
                        "not ready: no VMs: why",
                        "note: there is no VM dbb");
    }

    @Test
    void emptyTableShowsWhereVmsAreSearched() {
        page = "{\"driver\":\"vm\",\"searched\":\"/vms\",\"problems\":[],\"vms\":[]}";
        assertThat(run("status", "--address", address)).isZero();
        assertThat(text(out))
                .isEqualTo(
                        "the agent has no VM; the driver searches /vms; `elastigres vm start NAME` starts"
                                + " one\n");
    }

    @Test
    void jsonStatusPrintsWholeAnswerOfAgent() {
        assertThat(run("status", "--address", address, "--json")).isZero();
        assertThat(text(out)).startsWith("{").contains("\"protocol_version\" : 2");
    }

    @Test
    void explainPrintsSentenceAndProblems() {
        assertThat(run("explain", "db one", "--address", address)).isZero();
        assertThat(text(out)).isEqualTo("db has what it has\nproblem: cache metrics: refused\n");
    }

    @Test
    void explainListsEarlierEvents() {
        assertThat(run("explain", "db one", "--since", "2h", "--address", address)).isZero();
        assertThat(text(out).lines().skip(2))
                .containsExactly(
                        "demand: 0.1 CPUs and 512MiB to 0.8 CPUs and 1GiB",
                        "size: 0.5 CPUs and 2GiB to 1 CPU and 2GiB",
                        "2999-01-01T00:01:00Z 0.5 CPUs to 1 CPU: load");
        assertThat(run("explain", "db one", "--since", "soon", "--address", address)).isEqualTo(2);
        assertThat(run("explain", "db one", "--since", "25h", "--address", address)).isEqualTo(2);
    }

    @Test
    void reportsUnknownVmInOneLine() {
        assertThat(run("explain", "other", "--address", address)).isEqualTo(1);
        assertThat(text(err))
                .isEqualTo(
                        "agent explain: the agent knows no VM other; `elastigres agent status` lists"
                                + " those that it has\n");
    }

    @Test
    void reportsUnreachableAgentInOneLine() {
        agent.close();
        assertThat(run("status", "--address", address)).isEqualTo(1);
        assertThat(text(err)).isEqualTo("agent status: no agent answers at " + address + "\n");
    }

    @Test
    void reportsServerThatIsNotAnAgent() {
        assertThat(run("explain", "odd", "--address", address)).isEqualTo(1);
        assertThat(text(err)).contains("is not the status page of an agent").hasLineCount(1);
    }

    private String tokenFile() throws Exception {
        return Files.writeString(folder.resolve("token"), "0123456789abcdef\n").toString();
    }

    @Test
    void actionsShowTheTokenOfAFile() throws Exception {
        String token = tokenFile();
        assertThat(run("pause", "db", "--token-file", token, "--address", address)).isZero();
        assertThat(
                        run(
                                "pin",
                                "db",
                                "--cpus=2",
                                "--memory=4GiB",
                                "--for=8h",
                                "--token-file=" + token,
                                "--address=" + address))
                .isZero();
        assertThat(run("resume", "db", "--token-file", token, "--address", address)).isZero();
        assertThat(requests)
                .containsExactly(
                        "Bearer 0123456789abcdef {\"action\":\"pause\",\"for\":\"1h\",\"vm\":\"db\"}",
                        "Bearer 0123456789abcdef {\"action\":\"pin\",\"cpus\":\"2\",\"memory\":\"4GiB\","
                                + "\"for\":\"8h\",\"vm\":\"db\"}",
                        "Bearer 0123456789abcdef {\"action\":\"resume\",\"vm\":\"db\"}");
        assertThat(text(out)).isEqualTo("db was paused\n".repeat(3));
    }

    @Test
    void aPreviewPrintsBothDecisions() throws Exception {
        assertThat(
                        run(
                                "preview",
                                "db",
                                "--set",
                                "max-cpus=2",
                                "--token-file",
                                tokenFile(),
                                "--address",
                                address))
                .isZero();
        assertThat(requests.getFirst())
                .endsWith("\"settings\":{\"max-cpus\":\"2\"},\"vm\":\"db\"}");
        assertThat(text(out)).isEqualTo("now:  db has 1\nthen: db has 2\n");
    }

    @Test
    void aRefusedActionIsOneLine() throws Exception {
        assertThat(run("pause", "lost", "--token-file", tokenFile(), "--address", address))
                .isEqualTo(1);
        assertThat(text(err)).isEqualTo("agent pause: the agent refuses: lost can have no more\n");
    }

    @Test
    void aMissingTokenIsOneLineWithoutItsContent() throws Exception {
        String missing = folder.resolve("none").toString();
        assertThat(run("resume", "db", "--token-file", missing, "--address", address)).isEqualTo(1);
        Path odd = Files.writeString(folder.resolve("odd"), "secret words\n");
        assertThat(run("resume", "db", "--token-file", odd.toString(), "--address", address))
                .isEqualTo(1);
        assertThat(text(err))
                .contains("there is no such file", "one line of visible ASCII")
                .doesNotContain("secret")
                .hasLineCount(2);
        assertThat(requests).isEmpty();
    }

    @Test
    void wrongUsageIsTwo() {
        assertThat(run("explain")).isEqualTo(2);
        assertThat(run("status", "--address", "here")).isEqualTo(2);
        assertThat(run("status", "--jason")).isEqualTo(2);
        assertThat(run("--dryrun", "--driver=pods", "--node=n")).isEqualTo(2);
        assertThat(text(err)).contains("elastigres agent: unknown flag --dryrun").hasLineCount(1);
    }

    @Test
    void theHelpOfTheDaemonNamesTheQuestions() {
        assertThat(run("--help")).isZero();
        assertThat(text(out))
                .startsWith("Usage: elastigres agent [FLAG]...")
                .contains("elastigres agent status", "elastigres agent explain VM");
    }

    private static int run(String... arguments) {
        return new CommandLine(new AgentCommand())
                .setErr(new PrintWriter(new StringWriter()))
                .execute(arguments);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
