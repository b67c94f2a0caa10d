package dev.elastigres.bench;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.agent.monitor.MonitorLink;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.BenchException;
import dev.elastigres.protocol.monitor.MonitorMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Listens for requests in a session of its own, in a thread of its own, and grants nothing.
final class Ear implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(20);

    private final Rule rule;
    private final MonitorLink link;
    private final List<Bed.Request> requests = new CopyOnWriteArrayList<>();
    private final Thread thread = Thread.ofVirtual().name("ear").unstarted(this::run);
    private volatile boolean closed;
    private volatile @Nullable LinkException failure;

    private Ear(Rule rule, MonitorLink link) {
        this.rule = rule;
        this.link = link;
    }

    static Ear open(Rule rule, HostPort monitor) throws LinkException, InterruptedException {
        var ear = new Ear(rule, MonitorLink.open(monitor));
        ear.thread.start();
        return ear;
    }

    private void run() {
        try (link) {
            while (!closed) {
                MonitorLink.Received next = link.receive(PATIENCE);
                if (next != null && next.message() instanceof MonitorMessage.UpscaleRequest)
                    requests.add(new Bed.Request(rule, next.at().nanos()));
            }
        } catch (LinkException e) {
            failure = e;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    List<Bed.Request> heard() throws BenchException {
        LinkException failed = failure;
        if (failed != null) throw new BenchException("the session is lost", failed);
        return requests;
    }

    /// Returns when the session has ended.
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
