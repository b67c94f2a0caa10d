package dev.elastigres.cli.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

/// The command with its real streams, files and sockets.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class RecommendCommandTest {
    private static final String HOST =
            """
            host_load1 3.6
            host_load5 3.6
            host_memory_total_bytes 1073741824
            host_memory_available_bytes 805306368
            host_memory_cached_bytes 0
            """;
    private static final String QUESTION =
            "{\"id\":%s,\"host\":{\"load1\":0.9,\"load5\":0.9,\"memory_total_bytes\":1000000000,"
                    + "\"memory_available_bytes\":900000000,\"memory_cached_bytes\":0},"
                    + "\"windows\":null}\n";

    @TempDir private Path folder;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final InputStream realIn = System.in;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void giveStreamsBack() {
        System.setOut(realOut);
        System.setErr(realErr);
        System.setIn(realIn);
    }

    @Test
    void answersEachLineAndNamesTheBadOnes() throws Exception {
        String input = QUESTION.formatted(1) + "{nonsense\n\n" + QUESTION.formatted("\"two\"");
        assertThat(run(input, "--rules", "neon", "--json")).isEqualTo(1);
        assertThat(text(err))
                .startsWith("elastigres recommend: line 2 is not JSON")
                .hasLineCount(1);
        assertThat(text(out).lines().map(RecommendCommandTest::idAndGoal))
                .containsExactly("1 4", "\"two\" 4");
    }

    @Test
    void explainsGoalInOneSentence() throws Exception {
        assertThat(run(QUESTION.formatted(7))).isEqualTo(0);
        assertThat(text(out))
                .isEqualTo(
                        "7: 4 units for cpu 4.00 (load 0.90, 0.90 a CPU), above memory 0.25"
                                + " (195.4MiB used, 75 % of all)\n");
    }

    @Test
    void cpuDemandCanBeSwitchedOff() throws Exception {
        String busy =
                QUESTION.formatted(1)
                        .replace("\"load5\"", "\"cpu_busy\":0.4,\"cpu_pressure\":0,\"load5\"");
        assertThat(run(busy)).isEqualTo(0);
        assertThat(text(out)).startsWith("1: 2 units for cpu 2.00");
        assertThat(run(busy, "--cpu-demand", "off")).isEqualTo(0);
        assertThat(text(out)).startsWith("1: 4 units for cpu 4.00");
        assertThat(run(busy, "--rules", "neon", "--cpu-demand", "on")).isEqualTo(0);
        assertThat(text(out)).startsWith("1: 2 units for cpu 2.00");
    }

    @Test
    void readsSavedPages() throws Exception {
        Path host = Files.writeString(folder.resolve("host"), HOST);
        var windows = new StringBuilder();
        for (int minute = 1; minute <= 60; minute++)
            windows.append(
                    "lfc_approximate_working_set_size_windows{duration_seconds=\"%d\"} 196608%n"
                            .formatted(minute * 60));
        Path cache = Files.writeString(folder.resolve("cache"), windows);
        assertThat(
                        run(
                                "",
                                "--host",
                                host.toString(),
                                "--cache",
                                cache.toString(),
                                "--json",
                                "--rules",
                                "neon",
                                "--unit-cpus",
                                "4",
                                "--unit-memory",
                                "512M"))
                .isEqualTo(0);
        assertThat(text(out)).contains("\"goal\":4,\"complete\":true").contains("\"lfc\":4.0");
    }

    @Test
    void readsALiveVm() throws Exception {
        HttpServer vm =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        vm.createContext(
                "/metrics",
                exchange -> {
                    byte[] page = HOST.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                    exchange.close();
                });
        vm.start();
        String port = Integer.toString(vm.getAddress().getPort());
        try {
            assertThat(run("", "--monitor", "127.0.0.1", "--host-port", port)).isEqualTo(0);
            assertThat(text(out)).startsWith("16 units for cpu 16.00");
            assertThat(run("", "--monitor", "127.0.0.1:" + port)).isEqualTo(0);
            assertThat(text(out)).startsWith("16 units for cpu 16.00");
        } finally {
            vm.stop(0);
        }
        assertThat(run("", "--monitor", "127.0.0.1", "--host-port", port)).isEqualTo(1);
        assertThat(text(err)).contains("cannot read http://127.0.0.1:" + port).hasLineCount(1);
    }

    @Test
    void aPageThatCannotBeReadIsNamed() throws Exception {
        assertThat(run("", "--host", folder.resolve("none").toString())).isEqualTo(1);
        assertThat(text(err)).contains("cannot read").contains("none").hasLineCount(1);
        Path half = Files.writeString(folder.resolve("half"), "host_load1 3.6\n");
        assertThat(run("", "--host", half.toString())).isEqualTo(1);
        assertThat(text(err)).endsWith("half: host_load5 is missing\n");
    }

    @Test
    void wrongUsageIsTwo() throws Exception {
        assertThat(run("", "--rules", "magic")).isEqualTo(2);
        assertThat(run("", "--monitor", "here", "--host", "there")).isEqualTo(2);
        assertThat(run("", "--host", "there", "--unit-memory", "much")).isEqualTo(2);
        assertThat(run("", "--host", "there", "--unit-cpus", "0")).isEqualTo(2);
        assertThat(run("", "--monitor", "here", "--host-port", "70000")).isEqualTo(2);
        for (String port : List.of("70000", "0", "-1"))
            for (String monitor : List.of("here", "[::1]"))
                assertThat(run("", "--monitor", monitor, "--cache-port", port)).isEqualTo(2);
        assertThat(run("", "--monitor", "here:80", "--host-port", "80")).isEqualTo(2);
        for (String nowhere :
                new String[] {"", ":", "here:", ":80", "a b", "a_b:80", "[::1", "1:2:x"})
            assertThat(run("", "--monitor", nowhere)).as(nowhere).isEqualTo(2);
    }

    @Test
    void aLineWithoutEndIsNotKept() throws Exception {
        var complaints = new ByteArrayOutputStream();
        var endless = new StringReader("x".repeat(BatchRecommender.MAX_LINE_LENGTH + 2));
        boolean fine =
                new BatchRecommender(
                                GoalRules.NEON,
                                _ -> {},
                                new PrintStream(complaints, true, StandardCharsets.UTF_8))
                        .answerAll(endless);
        assertThat(fine).isFalse();
        assertThat(text(complaints)).isEqualTo("elastigres recommend: line 1 is too long\n");
    }

    private int run(String input, String... arguments) throws IOException {
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        out.reset();
        err.reset();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        return new CommandLine(new RecommendCommand())
                .setErr(new PrintWriter(new StringWriter()))
                .execute(arguments);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    private static String idAndGoal(String line) {
        try {
            var answer = (Json.Obj) Json.parse(line);
            assertThat(answer.members().keySet()).contains("parts", "why");
            return answer.get("id").orElseThrow().compact()
                    + " "
                    + answer.whole("goal").orElseThrow();
        } catch (JsonException e) {
            throw new AssertionError(line, e);
        }
    }
}
