package dev.elastigres.cli.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.scheduler.AllocatableNode;
import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.LedgerRules;
import dev.elastigres.core.scheduler.OvercommitFactors;
import dev.elastigres.core.scheduler.PodBooking;
import dev.elastigres.core.scheduler.PodIdentity;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.scheduler.EndpointGuards;
import dev.elastigres.scheduler.PermitEndpoint;
import dev.elastigres.scheduler.PermitStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@ResourceLock(org.junit.jupiter.api.parallel.Resources.SYSTEM_OUT)
@ResourceLock(org.junit.jupiter.api.parallel.Resources.SYSTEM_ERR)
class SchedulerCommandTest {
    private static final String EXAMPLE =
            "../scheduler/src/test/resources/dev/elastigres/scheduler/cluster.json";

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path folder;

    @BeforeEach
    void takeStreams() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void giveStreamsBack() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private int run(String... words) {
        return new CommandLine(new SchedulerCommand())
                .setErr(new PrintWriter(new StringWriter()))
                .execute(words);
    }

    private static PermitEndpoint endpoint(boolean ready) throws Exception {
        var endpoint =
                PermitEndpoint.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        EndpointGuards.open((_, _) -> {}),
                        LedgerRules.DEFAULT,
                        PermitStore.NONE,
                        _ -> {},
                        Log.toStderr(LogFormat.TEXT, LogLevel.ERROR, Map.of()));
        if (ready)
            endpoint.ledger()
                    .rebuild(
                            List.of(
                                    new AllocatableNode(
                                            "a", new Resources(4, Bytes.ofGibibytes(16)), true)),
                            List.of(
                                    new PodBooking(
                                            new PodIdentity("shop", "db-0", "uid"),
                                            "a",
                                            new Resources(1, Bytes.ofGibibytes(4)),
                                            OvercommitFactors.NONE,
                                            BookingKind.SCALED_VM)));
        return endpoint;
    }

    private int ask(PermitEndpoint endpoint, String... more) {
        String[] words = new String[5 + more.length];
        words[0] = "ask";
        words[1] = "--address";
        words[2] = "127.0.0.1:" + endpoint.address().getPort();
        words[3] = "--vm";
        words[4] = "shop/db-0";
        System.arraycopy(more, 0, words, 5, more.length);
        return run(words);
    }

    @Test
    void asksForAPermit() throws Exception {
        try (var endpoint = endpoint(true)) {
            assertThat(ask(endpoint, "--size", "2:8GiB")).isZero();
            assertThat(out.toString(UTF_8)).isEqualTo("permitted: 2 CPUs and 8GiB\n");
            out.reset();
            assertThat(ask(endpoint, "--size", "8:8GiB", "--last", "2:8GiB", "--urgent"))
                    .isEqualTo(3);
            assertThat(out.toString(UTF_8)).isEqualTo("permitted only 4 CPUs and 8GiB\n");
            out.reset();
            assertThat(ask(endpoint, "--size", "4:8GiB", "--json")).isZero();
            assertThat(out.toString(UTF_8))
                    .isEqualTo(
                            "{\"permit\":{\"cpus\":4.0,\"memory_bytes\":8589934592},\"all\":true,"
                                    + "\"moves\":false}\n");
        }
    }

    @Test
    void aRefusedRequestIsOneLine() throws Exception {
        try (var endpoint = endpoint(false)) {
            assertThat(ask(endpoint, "--size", "2:8GiB")).isEqualTo(1);
            assertThat(err.toString(UTF_8))
                    .startsWith("elastigres scheduler ask: the scheduler at 127.0.0.1:")
                    .endsWith("status 503: the scheduler has not read the cluster's objects yet\n");
        }
    }

    @Test
    void anUnreachableSchedulerIsNamed() {
        assertThat(run("ask", "--address", "127.0.0.1:1", "--vm", "a/b", "--size", "1:1GiB"))
                .isEqualTo(1);
        assertThat(err.toString(UTF_8))
                .startsWith("elastigres scheduler ask: cannot ask the scheduler at 127.0.0.1:1: ")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ask",
                "ask --address x --vm db --size 1:1GiB",
                "ask --address x --vm a/b/c --size 1:1GiB",
                "ask --address x --vm a/b --size 1",
                "ask --address x --vm a/b --size 0:1GiB",
                "ask --address x --vm a/b --size 1:1GiB --last x",
                "ask --address x --vm a/b --size 1:1GiB --unit 0.0001:1GiB",
                "ask --address x:99999 --vm a/b --size 1:1GiB",
                "plan",
                "plan x --watermark 0",
                "plan x --watermark 1.1",
                "plan x y"
            })
    void wrongUsageIsTwo(String line) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
    }

    @Test
    void plansMovesWithTheirReasons() {
        assertThat(run("plan", EXAMPLE)).isZero();
        assertThat(out.toString(UTF_8))
                .contains(
                        "problem: pod shop/no-annotation: annotation vm.neon.tech/resources is missing",
                        "move shop/db-3-runner from c to ",
                        "cannot relieve c: cordoned, with 1 VM\n  shop/db-4-runner may not be moved");
        out.reset();
        assertThat(run("plan", EXAMPLE, "--json")).isZero();
        assertThat(out.toString(UTF_8).lines())
                .allMatch(it -> it.startsWith("{") && it.endsWith("}"))
                .anyMatch(it -> it.contains("\"reason\":\"drain\""));
    }

    @Test
    void whatCannotBeReadIsOneLine() throws Exception {
        assertThat(run("plan", folder.resolve("none").toString())).isEqualTo(1);
        Path file = Files.writeString(folder.resolve("x.json"), "{}");
        assertThat(run("plan", file.toString())).isEqualTo(1);
        assertThat(err.toString(UTF_8))
                .hasLineCount(2)
                .contains("cannot read ", "no list of Kubernetes objects");
    }
}
