package dev.elastigres.kubernetes.reclaim;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.local.TimedLineSocket;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.kubernetes.driver.Reclaimer;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.protocol.reclaim.ReclaimCodec;
import dev.elastigres.protocol.reclaim.ReclaimException;
import dev.elastigres.protocol.reclaim.ReclaimReply;
import dev.elastigres.protocol.reclaim.ReclaimReply.ReclaimEnd;
import dev.elastigres.protocol.reclaim.ReclaimRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// A client of the node's reclaimer, over its Unix socket. The reclaimer processes one request at a
/// time, so that concurrent calls wait for each other.
public final class SocketReclaimer implements Reclaimer {
    private static final Duration TO_WRITE = Duration.ofSeconds(1);

    /// Added to the timeout of a reclaim, because the reply takes time, too.
    private static final Duration TO_REPLY = Duration.ofSeconds(1);

    private static final Duration MIN_WITHIN = Duration.ofMillis(100);
    private static final String SILENT = "silent";

    private final Path socket;
    private final LogRateLimiter rateLimiter;
    private final Lock lock = new ReentrantLock(true);
    private final Counters reclaims =
            new Counters(
                    "elastigres_agent_page_cache_reclaims_total",
                    "Requests to free page cache, by ending",
                    "ending");
    private final Counters freed =
            new Counters(
                    "elastigres_agent_page_cache_freed_bytes_total",
                    "Page cache freed for lower limits");

    public SocketReclaimer(Path socket, Log log) {
        this.socket = socket;
        rateLimiter = new LogRateLimiter(log, MonotonicClock::now);
        for (ReclaimEnd each : ReclaimEnd.values()) reclaims.show(each.text());
        reclaims.show(SILENT);
    }

    @Override
    public ReclaimResult reclaim(
            PodContainer container, ReclaimScope scope, Bytes bytes, Bytes floor, Duration within)
            throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        if (!lock.tryLock(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS))
            return new ReclaimResult(Bytes.ZERO, "the reclaimer is busy");
        try {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.compareTo(MIN_WITHIN) < 0)
                return new ReclaimResult(Bytes.ZERO, "the reclaimer was busy");
            if (left.compareTo(ReclaimRequest.MAX_WITHIN) > 0) left = ReclaimRequest.MAX_WITHIN;
            ReclaimReply reply =
                    send(
                            new ReclaimRequest(
                                    container.uid(),
                                    container.container().getName(),
                                    switch (scope) {
                                        case CONTAINER -> ReclaimRequest.ReclaimTarget.CONTAINER;
                                        case POD -> ReclaimRequest.ReclaimTarget.POD;
                                    },
                                    bytes,
                                    floor,
                                    left));
            return result(reply);
        } catch (IOException | ReclaimException e) {
            if (Thread.interrupted()) throw new InterruptedException();
            reclaims.count(SILENT);
            String why = "the reclaimer does not answer: " + CauseChain.chain(e);
            rateLimiter.write("reclaimer", LogLevel.WARN, "page cache is not freed", "reason", why);
            return new ReclaimResult(Bytes.ZERO, why);
        } finally {
            lock.unlock();
        }
    }

    private ReclaimReply send(ReclaimRequest request) throws IOException, ReclaimException {
        try (var connection = TimedLineSocket.connect(socket)) {
            connection.write(ReclaimCodec.encode(request), TO_WRITE);
            return ReclaimCodec.decodeReply(
                    connection.read(ReclaimCodec.MAX_LINE, request.within().plus(TO_REPLY)));
        }
    }

    private ReclaimResult result(ReclaimReply reply) {
        reclaims.count(reply.ending().text());
        freed.add(reply.freed().value());
        if (reply.ending() == ReclaimEnd.REFUSED)
            rateLimiter.write(
                    "reclaimer", LogLevel.WARN, "page cache is not freed", "reason", reply.why());
        return new ReclaimResult(
                reply.freed(), reply.ending() == ReclaimEnd.DONE ? "" : reply.why());
    }

    public void write(MetricsWriter page) {
        reclaims.write(page);
        freed.write(page);
    }
}
