package dev.elastigres.reclaimer;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.local.TimedLineSocket;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.protocol.reclaim.ReclaimCodec;
import dev.elastigres.protocol.reclaim.ReclaimException;
import dev.elastigres.protocol.reclaim.ReclaimReply;
import dev.elastigres.protocol.reclaim.ReclaimReply.ReclaimEnd;
import dev.elastigres.protocol.reclaim.ReclaimRequest;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/// Serves requests on a Unix socket, one at a time: one line each for request and reply. Only the
/// owner of the watch list file may connect.
final class ReclaimServer implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int BACKLOG = 16;

    /// Pause after a failure, so that a persistent one causes no busy loop.
    private static final Duration AFTER_FAULT = Duration.ofMillis(200);

    private final ServerSocketChannel server;
    private final ReclaimableContainers watchList;
    private final PageCacheReclaimer reclaimer;
    private final Log log;

    private ReclaimServer(
            ServerSocketChannel server,
            ReclaimableContainers watchList,
            PageCacheReclaimer reclaimer,
            Log log) {
        this.server = server;
        this.watchList = watchList;
        this.reclaimer = reclaimer;
        this.log = log;
    }

    /// Starts to listen.
    ///
    /// @param socket path of the socket, which is recreated; its owner and group may connect
    /// @param watchList the watch list file
    /// @param cgroupRoot root of the host's cgroup v2 hierarchy
    /// @param meminfo usually `/proc/meminfo`
    static ReclaimServer start(Path socket, Path watchList, Path cgroupRoot, Path meminfo, Log log)
            throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
            var list = new ReclaimableContainers(watchList);
            return new ReclaimServer(
                    server, list, new PageCacheReclaimer(list, cgroupRoot, meminfo), log);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /// Serves requests until the server is closed.
    void run() throws InterruptedException {
        while (server.isOpen()) {
            try (var peer = TimedLineSocket.of(accept())) {
                peer.write(ReclaimCodec.encode(reply(peer)), TIMEOUT);
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                log.warn("a request was not answered", "cause", e);
                Thread.sleep(AFTER_FAULT);
            }
        }
    }

    private SocketChannel accept() throws IOException {
        SocketChannel peer = server.accept();
        UserPrincipal user = peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (user.equals(watchList.owner())) return peer;
        peer.close();
        throw new IOException("the user " + user.getName() + " does not own the watch list");
    }

    private ReclaimReply reply(TimedLineSocket peer) throws IOException, InterruptedException {
        try {
            ReclaimRequest request =
                    ReclaimCodec.decodeRequest(peer.read(ReclaimCodec.MAX_LINE, TIMEOUT));
            ReclaimReply reply = reclaimer.reclaim(request);
            log.info(
                    "reclaim",
                    "uid",
                    request.uid(),
                    "container",
                    request.container(),
                    "scope",
                    request.scope().text(),
                    "asked",
                    request.bytes(),
                    "floor",
                    request.floor(),
                    "freed",
                    reply.freed(),
                    "ending",
                    reply.ending().text(),
                    "reason",
                    reply.why());
            return reply;
        } catch (ReclaimException e) {
            return new ReclaimReply(Bytes.ZERO, ReclaimEnd.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
