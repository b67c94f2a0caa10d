package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.testbed.CertificateAuthority;
import dev.elastigres.testbed.CertificateAuthority.IssuedCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Access control of the agents' endpoint and of the pages.
class AccessTest {
    private static final String TOKEN = "hunter2-hunter2-geheim";
    private static final String SHOWN = "Authorization: Bearer " + TOKEN + "\r\n";

    @TempDir Path folder;
    private FakeKernelTree tree;
    private Path token;

    @BeforeEach
    void calm() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
        token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    }

    // ---- the token

    @Test
    void unauthorizedClientGets401WithoutDisturbingSession() throws Exception {
        try (var monitor = TestMonitor.start(tree, "--token-file", token.toString());
                var agent = TestAgent.dial(monitor.address()).upgrade(SHOWN).shakeHands()) {
            for (String wrong :
                    List.of("", "Authorization: Bearer hunter3\r\n", "Authorization: x\r\n")) {
                try (var stranger = TestAgent.dial(monitor.address())) {
                    assertThatThrownBy(() -> stranger.upgrade(wrong))
                            .hasMessageStartingWith("HTTP/1.1 401 Unauthorized\r\n");
                }
                agent.checkHealth(2);
            }
            assertThat(monitor.get("/healthz").code()).isEqualTo(200);
            assertThat(monitor.log())
                    .contains("peer refused", "no token", "a wrong token")
                    .doesNotContain(TOKEN, "hunter3");
            assertThat(monitor.get("/status").body()).doesNotContain(TOKEN);
        }
    }

    @Test
    void aNewTokenCountsForTheNextAgentAndLeavesThisOneAlone() throws Exception {
        try (var monitor = TestMonitor.start(tree, "--token-file", token.toString());
                var agent = TestAgent.dial(monitor.address()).upgrade(SHOWN).shakeHands()) {
            Files.writeString(token, "another-" + TOKEN);
            try (var late = TestAgent.dial(monitor.address())) {
                assertThatThrownBy(() -> late.upgrade(SHOWN)).hasMessageContaining(" 401 ");
            }
            agent.checkHealth(2);
            Files.writeString(token, "");
            try (var next = TestAgent.dial(monitor.address())) {
                next.upgrade(SHOWN.replace(TOKEN, "another-" + TOKEN)).shakeHands().checkHealth(2);
            }
            assertThat(monitor.log())
                    .contains("reloaded", "cannot be reloaded, the previous version stays in force")
                    .contains("it has no token")
                    .doesNotContain(TOKEN);
        }
    }

    @Test
    void theTokenGuardsPagesUnlessTheyAreOpen() throws Exception {
        try (var monitor = TestMonitor.start(tree, "--token-file", token.toString())) {
            monitor.awaitLog("all endpoints but the open ones require the token");
            assertThat(monitor.log()).contains("\"open\":\"/healthz, /readyz\"");
            for (String page : List.of("/healthz", "/readyz"))
                assertThat(monitor.get(page).code()).isIn(200, 503);
            for (String page : List.of("/status", "/metrics")) {
                assertThat(monitor.get(page).code()).isEqualTo(401);
                assertThat(ask(monitor, page, SHOWN)).startsWith("HTTP/1.1 200 ");
                assertThat(ask(monitor, page, SHOWN.replace(TOKEN, "wrong-" + TOKEN)))
                        .startsWith("HTTP/1.1 401 ");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"'/metrics, /healthz', /healthz /metrics", "none, nothing"})
    void whichPagesAreOpenCanBeSet(String pages, String open) throws Exception {
        String flag = "--open-pages=" + pages;
        try (var monitor = TestMonitor.start(tree, "--token-file", token.toString(), flag)) {
            for (String page : List.of("/healthz", "/readyz", "/status", "/metrics"))
                assertThat(monitor.get(page).code() != 401).isEqualTo(open.contains(page));
            monitor.awaitLog("\"open\":\"" + open.replace(" ", ", ") + "\"");
        }
    }

    @Test
    void rejectsUnknownOpenPage() {
        assertThatThrownBy(() -> TestMonitor.config(Map.of(), "--open-pages=/healthz,/monitor"))
                .hasMessageContaining("\"/monitor\": give some of none, /healthz, ");
    }

    private static String ask(TestMonitor monitor, String path, String headers) throws Exception {
        try (var reader = TestAgent.dial(monitor.address())) {
            return reader.ask("GET " + path + " HTTP/1.1\r\n" + headers + "\r\n");
        }
    }

    // ---- web pages

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "http://localhost:10301", "null", ""})
    void rejectsBrowserOriginWithoutDisturbingSession(String origin) throws Exception {
        try (var monitor = TestMonitor.start(tree);
                var agent = monitor.agent();
                var page = TestAgent.dial(monitor.address())) {
            assertThat(page.upgradeHead("Origin: " + origin + "\r\n"))
                    .startsWith("HTTP/1.1 403 Forbidden\r\n");
            agent.checkHealth(2);
            assertThat(monitor.log()).contains("peer refused", "origin not allowed: " + origin);
        }
    }

    @Test
    void acceptsAllowedBrowserOrigin() throws Exception {
        String flag = "--allowed-origins=https://Console.example.com, http://localhost:3000";
        try (var monitor = TestMonitor.start(tree, flag)) {
            for (String origin : List.of("https://console.example.com", "http://localhost:3000"))
                try (var page = TestAgent.dial(monitor.address())) {
                    page.upgrade("Origin: " + origin + "\r\n").shakeHands().checkHealth(2);
                }
            try (var page = TestAgent.dial(monitor.address())) {
                assertThat(page.upgradeHead("Origin: https://example.com\r\n")).contains(" 403 ");
            }
        }
        for (String nonsense : List.of("*", "null", "example.com", "https://a/b", "https://"))
            assertThatThrownBy(() -> TestMonitor.config(Map.of(), "--allowed-origins=" + nonsense))
                    .hasMessageContaining("give origins like https://console.example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/monitor", "/healthz", "/readyz", "/status", "/metrics", "/nowhere"})
    void rejectsForeignHostNameOnEveryPath(String path) throws Exception {
        String upgrade =
                """
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: ZWxhc3RpZ3JlcyB0ZXN0cw==\r
                """;
        String headers = "Host: rebound.example:10301\r\n" + upgrade;
        try (var monitor = TestMonitor.start(tree)) {
            assertThat(ask(monitor, path, headers)).startsWith("HTTP/1.1 403 ");
            monitor.awaitLog("host name not allowed: rebound.example:10301");
        }
        try (var monitor = TestMonitor.start(tree, "--allowed-hosts=other, rebound.example")) {
            if (!path.equals("/monitor"))
                assertThat(ask(monitor, path, headers)).doesNotStartWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void machineMetricsRejectForeignHostNames() throws Exception {
        try (var monitor = TestMonitor.start(tree, "--metrics.host-addr=127.0.0.1:0")) {
            assertThat(monitor.hostMetrics()).isNotNull();
            for (String host : List.of("evil.example", "localhost", "127.0.0.1:9100"))
                try (var reader = TestAgent.dial(monitor.hostMetricsAddress())) {
                    assertThat(reader.ask("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                            .contains(host.startsWith("evil") ? " 403 " : " 200 ");
                }
        }
    }

    // ---- TLS

    @Test
    void rejectsAgentWithoutCertificateWithoutDisturbingSession() throws Exception {
        var authority = CertificateAuthority.create("test");
        try (var monitor =
                        TestMonitor.start(tree, tls(authority, "--token-file", token.toString()));
                var agent = dial(monitor, authority, authority.issue("agent"))) {
            agent.upgrade(SHOWN).shakeHands().checkHealth(2);
            try (var stranger = dial(monitor, authority, null)) {
                assertThatThrownBy(() -> stranger.upgrade(SHOWN)).isInstanceOf(IOException.class);
            }
            try (var plain = TestAgent.dial(monitor.address())) {
                assertThatThrownBy(() -> plain.upgrade(SHOWN)).isInstanceOf(IOException.class);
            }
            try (var tokenless = dial(monitor, authority, authority.issue("agent"))) {
                assertThatThrownBy(tokenless::upgrade).hasMessageContaining(" 401 ");
            }
            agent.checkHealth(4);
            assertThat(agent.askDownscale(6, 4096).next().id()).isEqualTo("6");
            monitor.awaitLog("certificate_required");
        }
    }

    // ---- the pages

    @Test
    void pagesCanBeKeptOffTheAgentsAddress() throws Exception {
        try (var monitor = TestMonitor.start(tree, "--pages-addr", "127.0.0.1:0");
                var agent = monitor.agent()) {
            agent.checkHealth(2);
            for (String page : List.of("/status", "/healthz", "/readyz")) {
                assertThat(TestMonitor.get(monitor.address(), page).code()).isEqualTo(404);
                assertThat(monitor.get(page).code()).isIn(200, 503);
            }
            assertThat(monitor.get("/monitor").code()).isEqualTo(404);
            monitor.awaitStatus("true", "session", "live");
        }
    }

    @Test
    void processPrintsAddressOfItsPages() throws Exception {
        try (var process =
                TestMonitorProcess.start(flags("127.0.0.1:0", "--pages-addr", "127.0.0.1:0"))) {
            process.address();
            assertThat(process.nextLine()).startsWith("pages on 127.0.0.1:");
        }
    }

    // ---- what is said at start

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:0, false, false, ''",
        "0.0.0.0:0, false, false, encryption and authentication",
        "0.0.0.0:0, true, false, encryption",
        "0.0.0.0:0, false, true, ''",
    })
    void warnsOnceAboutUnprotectedAddress(
            String address, boolean withToken, boolean withTls, String missing) throws Exception {
        String[] flags =
                withToken
                        ? new String[] {"--token-file", token.toString()}
                        : withTls ? tls(CertificateAuthority.create("test")) : new String[0];
        var all = new String[flags.length + 2];
        System.arraycopy(flags, 0, all, 0, flags.length);
        all[flags.length] = "--addr";
        all[flags.length + 1] = address;
        try (var monitor = TestMonitor.start(tree, all)) {
            var warnings =
                    monitor.log()
                            .lines()
                            .filter(line -> line.contains("other machines can reach"))
                            .toList();
            if (missing.isEmpty()) assertThat(warnings).isEmpty();
            else
                assertThat(warnings)
                        .singleElement()
                        .asString()
                        .contains("\"warn\"", "\"missing\":\"" + missing + "\"");
        }
    }

    @Test
    void wrongFilesAreOneLineAndExitCodeOne() throws Exception {
        String[] tls = tls(CertificateAuthority.create("test"));
        Files.writeString(folder.resolve("server.key"), TOKEN);
        try (var process = TestMonitorProcess.start(flags("127.0.0.1:0", tls))) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.errors().lines())
                    .singleElement()
                    .asString()
                    .isEqualTo(
                            "elastigres monitor: cannot use %s: it has no private key in PEM form"
                                    .formatted(folder.resolve("server.key")));
        }
        try (var process =
                TestMonitorProcess.start(flags("127.0.0.1:0", "--token-file", "/nowhere"))) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("cannot read /nowhere: there is no such file");
        }
    }

    @Test
    void disabledFeaturesLoadNoClasses() throws Exception {
        Path classes = folder.resolve("classes");
        Map<String, String> environment =
                Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes);
        try (var process = TestMonitorProcess.start(environment, flags("127.0.0.1:0"));
                var agent = TestAgent.greet(process.address())) {
            agent.checkHealth(2);
        }
        assertThat(Files.readString(classes))
                .contains("dev.elastigres.monitor.MonitorServers ")
                .doesNotContain("javax.net.ssl.", "sun.security.ssl.", "daemon.guard.Tls ")
                .doesNotContain("daemon.guard.BearerToken ", "java.lang.ProcessBuilder ");
    }

    @ParameterizedTest
    @CsvSource({
        "--tls-cert, both a certificate and its key",
        "--tls-key, both a certificate and its key",
        "--tls-client-ca, require a server certificate",
    })
    void halfOfTlsIsAnError(String flag, String why) {
        assertThatThrownBy(() -> TestMonitor.config(Map.of(), flag, "/some/file"))
                .hasMessageContaining(why);
    }

    // ---- what the tests share

    private String[] flags(String address, String... more) {
        var all = new ArrayList<>(List.of("--addr", address, "--cgroup", "pg"));
        all.addAll(List.of("--path.cgroup", folder.toString()));
        all.addAll(List.of("--path.procfs", folder.toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private String[] tls(CertificateAuthority authority, String... more) throws Exception {
        IssuedCertificate server = authority.issue("monitor");
        var all = new ArrayList<String>();
        all.add("--tls-cert");
        all.add(write("server.crt", server.certificatePem()));
        all.add("--tls-key");
        all.add(write("server.key", server.keyPem()));
        all.add("--tls-client-ca");
        all.add(write("clients.crt", authority.certificatePem()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static TestAgent dial(
            TestMonitor monitor, CertificateAuthority trusted, @Nullable IssuedCertificate own)
            throws Exception {
        var address = monitor.address();
        var socket = new Socket();
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(address.host(), address.port()));
        return TestAgent.over(
                trusted.clientContext(own)
                        .getSocketFactory()
                        .createSocket(socket, "localhost", 0, true));
    }
}
