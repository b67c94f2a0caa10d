package dev.elastigres.reclaimer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.local.TimedLineSocket;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.protocol.pods.WatchList;
import dev.elastigres.protocol.pods.WatchListCodec;
import dev.elastigres.protocol.pods.WatchedContainer;
import dev.elastigres.protocol.pods.WatchedContainer.CacheMode;
import dev.elastigres.protocol.reclaim.ReclaimCodec;
import dev.elastigres.protocol.reclaim.ReclaimReply;
import dev.elastigres.protocol.reclaim.ReclaimReply.ReclaimEnd;
import dev.elastigres.protocol.reclaim.ReclaimRequest;
import dev.elastigres.protocol.reclaim.ReclaimRequest.ReclaimTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Uses a real socket, a directory as the cgroup tree, and a thread that imitates the kernel.
@Timeout(60)
class ReclaimServerTest {
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final String UID = "0f0f-1";

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// Deleted by JUnit with its content.
    private Path folder;

    private Path cgroup;
    private ReclaimServer server;
    private List<Future<Boolean>> running;

    /// Memory that the kernel cannot reclaim, in MiB.
    private volatile long inUse = 100;

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        cgroup = Files.createDirectories(folder.resolve("tree/kubepods/burstable/pod0f0f-1/ab12"));
        for (Path each : List.of(cgroup, cgroup.resolve(".."))) {
            usage(each, 1000);
            Files.writeString(each.resolve("memory.reclaim"), "");
            Files.writeString(each.resolve("memory.swap.max"), "max\n");
            Files.writeString(
                    each.resolve("memory.pressure"),
                    "some avg10=0.00 avg60=0.00 avg300=0.00 total=12\nfull avg10=0.00 total=1\n");
        }
        Files.writeString(folder.resolve("meminfo"), "MemTotal: 4 kB\nSwapTotal:       0 kB\n");
        watch(
                new WatchedContainer(
                        UID, "db", "pg-0", "postgres", "ab12", CacheMode.NONE, Optional.empty()));
        Log log = Log.to(logged, LogFormat.TEXT, LogLevel.INFO, Clock.systemUTC());
        server =
                ReclaimServer.start(
                        socket(),
                        folder.resolve("pods.json"),
                        folder.resolve("tree"),
                        folder.resolve("meminfo"),
                        log);
        running =
                List.of(
                        threads.submit(
                                () -> {
                                    server.run();
                                    return true;
                                }),
                        threads.submit(this::kernel));
    }

    @AfterEach
    void stop() throws Exception {
        // Neither has failed.
        assertThat(running).noneMatch(Future::isDone);
        server.close();
        threads.shutdownNow();
    }

    @Test
    void reclaimsRequestedAmount() throws Exception {
        ReclaimReply reply = ask(UID, "postgres", ReclaimTarget.CONTAINER, 400, 0);
        assertThat(reply)
                .isEqualTo(
                        new ReclaimReply(
                                Bytes.ofMebibytes(400), ReclaimEnd.DONE, "reclaimed as requested"));
        assertThat(usage(cgroup)).isEqualTo(600);
        assertThat(usage(cgroup.resolve(".."))).isEqualTo(1000);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-rw----");
    }

    @Test
    void stopsAtTheFloorAndWhereNothingIsLeft() throws Exception {
        assertThat(ask(UID, "postgres", ReclaimTarget.CONTAINER, 900, 750).freed())
                .isEqualTo(Bytes.ofMebibytes(250));
        assertThat(usage(cgroup)).isEqualTo(750);
        inUse = 700;
        ReclaimReply reply = ask(UID, "postgres", ReclaimTarget.CONTAINER, 700, 0);
        assertThat(reply.ending()).isEqualTo(ReclaimEnd.NOTHING_LEFT);
        assertThat(usage(cgroup)).isEqualTo(700);
    }

    @Test
    void thePodHasAScopeOfItsOwn() throws Exception {
        assertThat(ask(UID, "postgres", ReclaimTarget.POD, 100, 0).ending())
                .isEqualTo(ReclaimEnd.DONE);
        assertThat(usage(cgroup.resolve(".."))).isEqualTo(900);
        assertThat(usage(cgroup)).isEqualTo(1000);
    }

    /// Only containers of the watch list are found, whichever name is requested.
    @Test
    void rejectsContainerNotOnWatchList() throws Exception {
        for (String[] each :
                new String[][] {
                    {UID, "sidecar"}, {"other", "postgres"}, {"../pod0f0f-1", "postgres"}
                }) {
            ReclaimReply reply = ask(each[0], each[1], ReclaimTarget.CONTAINER, 10, 0);
            assertThat(reply.ending()).isEqualTo(ReclaimEnd.REFUSED);
            assertThat(reply.why()).isEqualTo("this container is not on the watch list");
        }
        Files.writeString(folder.resolve("pods.json"), "{");
        assertThat(ask(UID, "postgres", ReclaimTarget.CONTAINER, 10, 0).why())
                .isEqualTo("the watch list is not JSON");
        Files.delete(folder.resolve("pods.json"));
        assertThatThrownBy(() -> ask(UID, "postgres", ReclaimTarget.CONTAINER, 10, 0))
                .isInstanceOf(IOException.class);
        assertThat(usage(cgroup)).isEqualTo(1000);
    }

    @Test
    void answersInvalidRequestWithReason() throws Exception {
        for (String line : List.of("{}", "reclaim", "[1]")) {
            try (var socket = TimedLineSocket.connect(socket())) {
                socket.write(line, ANSWER);
                assertThat(ReclaimCodec.decodeReply(socket.read(4096, ANSWER)).ending())
                        .isEqualTo(ReclaimEnd.REFUSED);
            }
        }
        // For a line that is too long or never ends, the connection is closed, and the next one is
        // served.
        try (var socket = TimedLineSocket.connect(socket())) {
            socket.write("x".repeat(5000), ANSWER);
            assertThatThrownBy(() -> socket.read(4096, ANSWER)).isInstanceOf(IOException.class);
        }
        try (var _ = TimedLineSocket.connect(socket())) {
            assertThat(ask(UID, "postgres", ReclaimTarget.CONTAINER, 10, 0).ending())
                    .isEqualTo(ReclaimEnd.DONE);
        }
    }

    /// Reclaiming would move anonymous memory to swap.
    @Test
    void withSwapPageCacheAloneIsAskedFor() throws Exception {
        Files.writeString(folder.resolve("meminfo"), "SwapTotal:   1024 kB\n");
        assertThat(ask(UID, "postgres", ReclaimTarget.CONTAINER, 64, 0).ending())
                .isEqualTo(ReclaimEnd.DONE);
        assertThat(Files.readString(folder.resolve("orders"))).contains("swappiness=0");
        Files.delete(folder.resolve("orders"));
        Files.writeString(cgroup.resolve("memory.swap.max"), "0\n");
        assertThat(ask(UID, "postgres", ReclaimTarget.CONTAINER, 64, 0).ending())
                .isEqualTo(ReclaimEnd.DONE);
        assertThat(Files.readString(folder.resolve("orders"))).doesNotContain("swappiness");
    }

    @Test
    void anOldKernelIsNamed() throws Exception {
        Files.delete(cgroup.resolve("memory.reclaim"));
        assertThat(ask(UID, "postgres", ReclaimTarget.CONTAINER, 64, 0).why())
                .isEqualTo("this kernel has no memory.reclaim, which requires Linux 5.19");
    }

    @Test
    void wrongUsageIsOneLine() {
        assertThat(Main.run(List.of("--sockets", "/x"), java.util.Map.of())).isEqualTo(2);
        assertThat(
                        Main.run(
                                List.of("--socket", folder.resolve("none/x").toString()),
                                java.util.Map.of()))
                .isEqualTo(1);
    }

    // ---- the kernel

    /// Reclaims what is written to `memory.reclaim`, as far as possible.
    private boolean kernel() throws Exception {
        while (true) {
            for (Path each : List.of(cgroup, cgroup.resolve(".."))) {
                Path file = each.resolve("memory.reclaim");
                String order = Files.exists(file) ? Files.readString(file) : "";
                if (!order.endsWith("\n")) continue;
                Files.writeString(file, "");
                Files.writeString(folder.resolve("orders"), order);
                long bytes = Long.parseLong(order.strip().split(" ", 2)[0]) >> 20;
                usage(each, Math.max(Math.min(inUse, usage(each)), usage(each) - bytes));
            }
            Thread.sleep(2);
        }
    }

    private static void usage(Path cgroup, long mebibytes) throws IOException {
        Path fresh = cgroup.resolve("fresh");
        Files.writeString(fresh, (mebibytes << 20) + "\n", UTF_8);
        Files.move(fresh, cgroup.resolve("memory.current"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static long usage(Path cgroup) throws IOException {
        return Long.parseLong(Files.readString(cgroup.resolve("memory.current")).strip()) >> 20;
    }

    // ---- the agent

    private Path socket() {
        return folder.resolve("s");
    }

    private void watch(WatchedContainer container) throws Exception {
        Files.writeString(
                folder.resolve("pods.json"),
                WatchListCodec.encode(new WatchList(List.of(container))));
    }

    private ReclaimReply ask(
            String uid, String container, ReclaimTarget scope, long bytes, long floor)
            throws Exception {
        try (var socket = TimedLineSocket.connect(socket())) {
            socket.write(
                    ReclaimCodec.encode(
                            new ReclaimRequest(
                                    uid,
                                    container,
                                    scope,
                                    Bytes.ofMebibytes(bytes),
                                    Bytes.ofMebibytes(floor),
                                    Duration.ofSeconds(10))),
                    ANSWER);
            return ReclaimCodec.decodeReply(socket.read(ReclaimCodec.MAX_LINE, ANSWER));
        }
    }
}
