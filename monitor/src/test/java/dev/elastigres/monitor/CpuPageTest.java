package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.elastigres.daemon.settings.UsageException;
import dev.elastigres.monitor.watch.FakeKernelTree;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Switches CPUs over HTTP, in a directory that imitates the kernel's.
class CpuPageTest {
    @TempDir Path folder;

    private TestMonitor start() throws Exception {
        for (int number = 0; number < 4; number++) {
            Path cpu = folder.resolve("devices/system/cpu/cpu" + number);
            Files.createDirectories(cpu);
            if (number > 0) Files.writeString(cpu.resolve("online"), "0\n");
        }
        return TestMonitor.start(
                new FakeKernelTree(folder).total(1024).usage(10),
                "--cpu.addr",
                "127.0.0.1:0",
                "--path.sysfs",
                folder.toString());
    }

    private static HttpResponse<String> ask(TestMonitor monitor, String method, String body)
            throws Exception {
        var uri = URI.create("http://" + monitor.cpuAddress() + "/cpu");
        var request =
                HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body)).build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 200, 1000", "250, 200, 1000", "2001, 200, 3000", "4000, 200, 4000"})
    void asManyAreOnAsThePartsNeed(String wanted, int status, String online) throws Exception {
        try (var monitor = start()) {
            var answer = ask(monitor, "PUT", wanted);
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.body()).isEqualTo(online);
            assertThat(ask(monitor, "GET", "").body()).isEqualTo(online);
        }
    }

    @Test
    void thoseThatAreNotThereYetAreMissed() throws Exception {
        try (var monitor = start()) {
            var answer = ask(monitor, "PUT", "6000");
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body()).isEqualTo("4 of 6 CPUs are switched on, and there are 4\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1000", "two", "", "99999999999"})
    void rejectsInvalidSizeWithoutChange(String body) throws Exception {
        try (var monitor = start()) {
            assertThat(ask(monitor, "PUT", body).statusCode()).isEqualTo(400);
            assertThat(ask(monitor, "GET", "").body()).isEqualTo("1000");
        }
    }

    /// A file that never answers, like one of a hung FUSE file system, imitated by a FIFO without a
    /// writer.
    @Test
    void aCpuThatDoesNotAnswerDelaysNoRequestForLongAndIsReported() throws Exception {
        try (var monitor = start()) {
            Path file = folder.resolve("devices/system/cpu/cpu2/online");
            Files.delete(file);
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
            for (String method : new String[] {"GET", "PUT", "GET"}) {
                var answer = ask(monitor, method, method.equals("PUT") ? "2000" : "");
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body())
                        .isEqualTo("cannot read cpu2: " + file + " does not answer\n");
            }
            assertThat(monitor.get("/readyz").code()).isEqualTo(503);
            assertThat(monitor.get("/readyz").body()).contains(file + " does not answer");
            Files.writeString(file, "0\n");
            Files.delete(file);
            Files.writeString(file, "0\n");
            Await.until("no read hangs", () -> !monitor.get("/readyz").body().contains("cpu2"));
            assertThat(ask(monitor, "PUT", "3000").body()).isEqualTo("3000");
        }
    }

    @Test
    void theAgentsAddressDoesNotSwitchCpus() throws Exception {
        try (var monitor = start()) {
            assertThat(monitor.get("/cpu").code()).isEqualTo(404);
            var uri = URI.create("http://" + monitor.address() + "/cpu");
            var put = HttpRequest.newBuilder(uri).PUT(BodyPublishers.ofString("4000")).build();
            try (var client = HttpClient.newHttpClient()) {
                assertThat(client.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Host: localhost, 200",
        "Host: 127.0.0.1:25183, 200",
        "X-No-Host: at all, 200",
        "Host: rebound.example:25183, 403",
        "Origin: https://evil.example, 403",
        "Origin: null, 403",
        "Origin:, 403",
    })
    void webPagesDoNotSwitchCpus(String header, int status) throws Exception {
        try (var monitor = start()) {
            for (String method : new String[] {"GET", "PUT"}) {
                String request = method + " /cpu HTTP/1.1\r\n" + header + "\r\n";
                if (method.equals("PUT")) request += "Content-Length: 4\r\n\r\n2000";
                else request += "\r\n";
                try (var page = TestAgent.dial(monitor.cpuAddress())) {
                    assertThat(page.ask(request)).startsWith("HTTP/1.1 " + status + " ");
                }
            }
            assertThat(ask(monitor, "GET", "").body()).isEqualTo(status == 200 ? "2000" : "1000");
        }
    }

    @Test
    void itIsOffUnlessAskedFor() throws Exception {
        assertThat(TestMonitor.config(Map.of()).cpu().address()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:25183", "10.1.2.3:25183", "[::]:25183"})
    void anAddressThatOthersReachIsRefused(String address) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> TestMonitor.config(Map.of(), "--cpu.addr", address))
                .satisfies(
                        it ->
                                assertThat(it.problems())
                                        .singleElement()
                                        .asString()
                                        .contains("local link"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:25183", "169.254.254.2:25183", "[fe80::1]:25183", "[::1]:1"})
    void addressesOfTheMachineAreTaken(String address) throws Exception {
        assertThat(TestMonitor.config(Map.of(), "--cpu.addr", address).cpu().address()).isPresent();
    }
}
