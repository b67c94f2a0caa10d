package dev.elastigres.inspect.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Tests the command with a script in place of kubectl, and a real HTTP server as the agent.
class PodExplainCommandTest {
    private static final String SENTENCE = "db/pg-0 has 1 CPU and 4 GiB";

    @TempDir private Path folder;
    private HttpServer agent;
    private Path kubectl;
    private Path calls;

    private record CommandOutput(int exitCode, String output, String errors) {}

    @BeforeEach
    void start() throws IOException {
        calls = folder.resolve("calls");
        agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        agent.createContext(
                "/status/db/pg-0",
                exchange -> {
                    byte[] page =
                            "{\"why\":\"%s\"}".formatted(SENTENCE).getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                    exchange.close();
                });
        agent.start();
        kubectl = script("db,node-1", "agent-1", "Forwarding from 127.0.0.1:%d -> 10400");
    }

    @AfterEach
    void stop() {
        agent.stop(0);
    }

    /// Writes a kubectl that logs its arguments and answers like this.
    ///
    /// @param pod fields of the pod; empty if the API server does not have it
    /// @param agents name of the agent's pod; empty if there is none
    /// @param forwarded first line of the port-forward, which then runs until it is ended
    private Path script(String pod, String agents, String forwarded) throws IOException {
        String line = forwarded.formatted(agent.getAddress().getPort());
        Path file = folder.resolve("kubectl");
        Files.writeString(
                file,
                """
                #!/bin/sh
                printf '%%s\\n' "$*" >> '%s'
                echo 'Warning: from a plugin' >&2
                case "$*" in
                *"get pods"*) [ -z '%s' ] || echo 'elastigres:%s' ;;
                *"get pod"*)
                    [ -n '%s' ] || { echo 'Error from server (NotFound): pods "pg-0" not found' >&2; exit 1; }
                    echo 'elastigres:%s' ;;
                *port-forward*)
                    echo '%s'
                    case '%s' in Forwarding*) exec sleep 60 ;; *) exit 1 ;; esac ;;
                esac
                """
                        .formatted(calls, agents, agents, pod, pod, line, line));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private CommandOutput run(String... arguments) throws IOException {
        var all = new ArrayList<>(List.of("explain", "--kubectl=" + kubectl));
        all.addAll(List.of(arguments));
        PrintStream out = System.out;
        PrintStream err = System.err;
        var output = new ByteArrayOutputStream();
        var errors = new ByteArrayOutputStream();
        try (var standard = new PrintStream(output, true, StandardCharsets.UTF_8);
                var wrong = new PrintStream(errors, true, StandardCharsets.UTF_8)) {
            System.setOut(standard);
            System.setErr(wrong);
            int code = new CommandLine(new KubectlCommand()).execute(all.toArray(String[]::new));
            return new CommandOutput(
                    code,
                    output.toString(StandardCharsets.UTF_8),
                    errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Test
    void theAgentOfThePodsNodeExplains() throws Exception {
        CommandOutput result = run("--context", "prod", "db/pg-0");
        assertThat(result.errors()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.output().strip()).isEqualTo(SENTENCE);
        List<String> all = Files.readAllLines(calls);
        assertThat(all).hasSize(3).allMatch(it -> it.startsWith("--context=prod "));
        assertThat(all.get(0)).contains(" get pod pg-0 --namespace=db ");
        assertThat(all.get(1))
                .contains("--namespace=elastigres", "status.phase=Running,spec.nodeName=node-1");
        assertThat(all.get(2))
                .isEqualTo(
                        "--context=prod port-forward --namespace=elastigres --address=127.0.0.1 pod/agent-1 :agent");
    }

    @Test
    void theNamespaceIsThatOfTheKubeconfigUnlessGiven() throws Exception {
        assertThat(run("pg-0").output().strip()).isEqualTo(SENTENCE);
        assertThat(Files.readAllLines(calls).getFirst())
                .contains("get pod pg-0")
                .doesNotContain("--namespace");
        assertThat(run("-n", "db", "--agent-namespace", "ops", "pg-0").exitCode()).isZero();
        assertThat(Files.readString(calls)).contains("--namespace=db", "--namespace=ops");
    }

    @Test
    void aFailureIsOneLine() throws Exception {
        kubectl = script("", "agent-1", "");
        assertThat(run("db/pg-0"))
                .isEqualTo(
                        new CommandOutput(
                                1,
                                "",
                                "kubectl explain: kubectl failed with code 1: Error from server (NotFound): pods \"pg-0\" not found\n"));
        kubectl = script("db,", "agent-1", "");
        assertThat(run("db/pg-0").errors()).contains("the pod db/pg-0 is on no node yet");
        kubectl = script("db,node-1", "", "");
        assertThat(run("db/pg-0").errors())
                .contains("no agent runs on the node node-1 in the namespace elastigres");
        kubectl = script("db,node-1", "agent-1", "error: pods \"agent-1\" is forbidden");
        assertThat(run("db/pg-0").errors())
                .contains("kubectl port-forward failed: error: pods \"agent-1\" is forbidden");
        kubectl = folder.resolve("missing");
        CommandOutput missing = run("db/pg-0");
        assertThat(missing.errors()).contains("cannot start missing");
        assertThat(missing.exitCode()).isEqualTo(1);
    }

    @Test
    void aPodThatIsNotScaledIsReported() throws Exception {
        kubectl = script("db,node-1", "agent-1", "Forwarding from 127.0.0.1:%d -> 10400");
        CommandOutput result = run("db/other-0");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).contains("the agent knows no VM db/other-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b/c", "DB/pg-0", "-n db db/pg-0", "", "--since never db/pg-0"})
    void wrongUsageIsTwo(String arguments) throws Exception {
        assertThat(run(arguments.split(" ", -1)).exitCode()).isEqualTo(2);
    }

    @Test
    void thePortForwardEndsWithTheCommand() throws Exception {
        var program = new KubectlProgram(kubectl.toString(), List.of());
        PodPortForward forward = PodPortForward.open(program, "elastigres", "agent-1", "agent");
        try (forward) {
            assertThat(forward.address()).isEqualTo("127.0.0.1:" + agent.getAddress().getPort());
            assertThat(forward.exitCode()).isEmpty();
        }
        forward.awaitEnd();
        assertThat(forward.exitCode()).isPresent();
    }
}
