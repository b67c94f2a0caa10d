package dev.elastigres.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.settings.HostPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agent as its operator sees it: one line, an address, an exit code.
class AgentProcessTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    @TempDir private Path home;

    @Test
    void servesPagesAndExitsWithCodeZeroOnTermination() throws Exception {
        try (var process = AgentProcess.start(home, "--addr", "127.0.0.1:0", "--dry-run")) {
            HostPort address = process.address();
            assertThat(get(address, "/healthz")).isEqualTo("ok\n");
            assertThat(get(address, "/status")).contains("\"dry_run\":true", "\"vms\":[]");
            assertThat(get(address, "/metrics")).contains("elastigres_agent_driver_info");
            process.terminate();
            assertThat(process.output()).as("nothing but its one line").isEmpty();
            assertThat(process.exitCode()).isZero();
            assertThat(process.errors())
                    .contains("\"message\":\"started\"", "\"message\":\"stopping\"")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void appliesChangesOfSettingsFile() throws Exception {
        Path file = Files.writeString(home.resolve("agent.toml"), "budget-cpus = 3\n");
        try (var process =
                AgentProcess.start(home, "--addr", "127.0.0.1:0", "--config", file.toString())) {
            HostPort address = process.address();
            assertThat(get(address, "/metrics")).contains("elastigres_agent_budget_cpus 3\n");
            assertThat(page(address, "/readyz").statusCode()).isEqualTo(200);
            Files.writeString(file, "budget-cpu = 30\n");
            awaitMetric(address, "reloads_total{outcome=\"broken\"} 1\n");
            assertThat(get(address, "/metrics")).contains("elastigres_agent_budget_cpus 3\n");
            awaitPage(address, "/readyz", "the settings file is invalid");
            HttpResponse<String> unready = page(address, "/readyz");
            assertThat(unready.statusCode()).isEqualTo(503);
            assertThat(unready.body()).contains("settings stay unchanged", "budget-cpu");
            assertThat(page(address, "/healthz").statusCode()).isEqualTo(200);
            Files.writeString(file, "budget-cpus = 5.5\n");
            awaitMetric(address, "elastigres_agent_budget_cpus 5.5\n");
            awaitPage(address, "/readyz", "ready\n");
            assertThat(page(address, "/readyz").statusCode()).isEqualTo(200);
            assertThat(process.errors())
                    .contains("the settings file is invalid", "the settings file is valid again");
        }
    }

    @Test
    void sectionsWithoutAVmAreNotedAndLogged() throws Exception {
        Path file =
                Files.writeString(
                        home.resolve("agent.toml"),
                        "[vm.orders]\nmax-cpus = 2\n[vm.\"web*\"]\nmax-cpus = 2\n");
        try (var process =
                AgentProcess.start(home, "--addr", "127.0.0.1:0", "--config", file.toString())) {
            HostPort address = process.address();
            List<String> notes =
                    List.of(
                            "there is no VM orders, so the section [vm.orders] has no effect",
                            "no VM matches web*, so the section [vm.\"web*\"] has no effect");
            for (String note : notes) awaitPage(address, "/status", note.replace("\"", "\\\""));
            for (String note : notes) awaitLog(process, note.replace("\"", "\\\""));
            assertThat(page(address, "/readyz").statusCode()).isEqualTo(200);
            Files.writeString(file, "budget-cpus = 5\n");
            awaitMetric(address, "elastigres_agent_budget_cpus 5\n");
            assertThat(get(address, "/status")).contains("\"notes\":[]");
        }
    }

    @Test
    void standardOutputCarriesOnlyEvents() throws Exception {
        try (var process = AgentProcess.start(home, "--addr", "127.0.0.1:0", "--events", "-")) {
            awaitLog(process, "\"message\":\"started\"");
            process.terminate();
            assertThat(process.output()).isEmpty();
            assertThat(process.exitCode()).isZero();
        }
    }

    @Test
    void aMistypedFlagIsAnsweredByTheOneMeant() throws Exception {
        try (var process = AgentProcess.start(home, "--dryrun")) {
            assertThat(process.exitCode()).isEqualTo(2);
            assertThat(process.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("--dryrun", "--dry-run");
            assertThat(process.output()).isEmpty();
        }
    }

    @Test
    void anAddressInUseIsOneLineAndExitCodeOne() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            try (var process = AgentProcess.start(home, "--addr", address)) {
                assertThat(process.exitCode()).isEqualTo(1);
                assertThat(process.errors().lines()).singleElement().asString().contains(address);
            }
        }
    }

    @Test
    void eventsThatCannotBeWrittenAreOneLineAndExitCodeOne() throws Exception {
        String file = home.resolve("no/where").toString();
        try (var process = AgentProcess.start(home, "--addr", "127.0.0.1:0", "--events", file)) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("cannot write scaling events to " + file);
        }
    }

    private static String get(HostPort address, String path) throws Exception {
        return page(address, path).body();
    }

    private static HttpResponse<String> page(HostPort address, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var page = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
            return client.send(page, BodyHandlers.ofString());
        }
    }

    private static void awaitMetric(HostPort address, String line) throws Exception {
        awaitPage(address, "/metrics", line);
    }

    private static void awaitPage(HostPort address, String path, String text) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!get(address, path).contains(text)) pause(deadline, text);
    }

    private static void awaitLog(AgentProcess process, String line) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!process.errors().contains(line)) pause(deadline, line);
    }

    private static void pause(long deadline, String what) {
        if (System.nanoTime() > deadline) throw new AssertionError("no " + what);
        LockSupport.parkNanos(POLL.toNanos());
    }
}
