package dev.elastigres.kubernetes.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.local.TimedLineSocket;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.kubernetes.driver.Reclaimer.ReclaimResult;
import dev.elastigres.kubernetes.driver.Reclaimer.ReclaimScope;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.protocol.reclaim.ReclaimCodec;
import dev.elastigres.protocol.reclaim.ReclaimReply;
import dev.elastigres.protocol.reclaim.ReclaimReply.ReclaimEnd;
import dev.elastigres.protocol.reclaim.ReclaimRequest;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.ByteArrayOutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests with a peer on a real socket.
@Timeout(60)
class SocketReclaimerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Bytes MUCH = Bytes.ofMebibytes(300);

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log = Log.to(logged, LogFormat.TEXT, LogLevel.INFO, Clock.systemUTC());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void sendsReclaimRequestAndReturnsResult(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("s");
        try (ServerSocketChannel server = listen(socket)) {
            var reclaimer = new SocketReclaimer(socket, log);
            Future<ReclaimRequest> asked =
                    answer(
                            server,
                            new ReclaimReply(MUCH, ReclaimEnd.DONE, "reclaimed as requested"));
            assertThat(reclaim(reclaimer, LONG)).isEqualTo(new ReclaimResult(MUCH, ""));
            ReclaimRequest request = asked.get();
            assertThat(request.uid()).isEqualTo("0f");
            assertThat(request.container()).isEqualTo("postgres");
            assertThat(request.scope()).isEqualTo(ReclaimRequest.ReclaimTarget.POD);
            assertThat(request.bytes()).isEqualTo(MUCH);
            assertThat(request.floor()).isEqualTo(Bytes.ofMebibytes(7));
            assertThat(request.within()).isBetween(Duration.ofSeconds(10), LONG);

            Future<ReclaimRequest> refused =
                    answer(
                            server,
                            new ReclaimReply(Bytes.ZERO, ReclaimEnd.REFUSED, "the kernel is old"));
            assertThat(reclaim(reclaimer, LONG))
                    .isEqualTo(new ReclaimResult(Bytes.ZERO, "the kernel is old"));
            assertThat(refused.get().uid()).isEqualTo("0f");
            assertThat(logged.toString(StandardCharsets.UTF_8)).contains("the kernel is old");
        }
    }

    @Test
    void reportsUnresponsiveReclaimerWithinTimeout(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("s");
        var reclaimer = new SocketReclaimer(socket, log);
        assertThat(reclaim(reclaimer, LONG).why())
                .startsWith("the reclaimer does not answer: ")
                .contains("No such file or directory");
        try (ServerSocketChannel _ = listen(socket)) {
            assertThat(reclaim(reclaimer, Duration.ofMillis(200)).why())
                    .startsWith("the reclaimer does not answer: ");
        }
    }

    /// One call at a time is processed; a call whose timeout has ended does not begin.
    @Test
    void callsWaitForEachOther(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("s");
        try (ServerSocketChannel server = listen(socket)) {
            var reclaimer = new SocketReclaimer(socket, log);
            var peer = new CompletableFuture<TimedLineSocket>();
            Future<Boolean> accepted =
                    threads.submit(() -> peer.complete(TimedLineSocket.of(server.accept())));
            Future<ReclaimResult> first = threads.submit(() -> reclaim(reclaimer, LONG));
            try (TimedLineSocket connection = peer.get()) {
                assertThat(accepted.get()).isTrue();
                assertThat(reclaim(reclaimer, Duration.ofMillis(200)).why())
                        .isEqualTo("the reclaimer is busy");
                connection.write(
                        ReclaimCodec.encode(
                                new ReclaimReply(MUCH, ReclaimEnd.PRESSURE, "they wait")),
                        LONG);
                assertThat(first.get()).isEqualTo(new ReclaimResult(MUCH, "they wait"));
            }
        }
    }

    private static ReclaimResult reclaim(SocketReclaimer reclaimer, Duration within)
            throws Exception {
        return reclaimer.reclaim(container(), ReclaimScope.POD, MUCH, Bytes.ofMebibytes(7), within);
    }

    private static ServerSocketChannel listen(Path socket) throws Exception {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        return server.bind(UnixDomainSocketAddress.of(socket));
    }

    private Future<ReclaimRequest> answer(ServerSocketChannel server, ReclaimReply reply) {
        return threads.submit(
                () -> {
                    try (var peer = TimedLineSocket.of(server.accept())) {
                        ReclaimRequest request =
                                ReclaimCodec.decodeRequest(peer.read(ReclaimCodec.MAX_LINE, LONG));
                        peer.write(ReclaimCodec.encode(reply), LONG);
                        return request;
                    }
                });
    }

    private static PodContainer container() {
        return new PodContainer(
                new PodBuilder().withNewMetadata().withUid("0f").endMetadata().build(),
                new ContainerBuilder().withName("postgres").build(),
                new ContainerStatusBuilder().build(),
                "ab");
    }
}
