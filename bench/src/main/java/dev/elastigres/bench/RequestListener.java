package dev.elastigres.bench;

import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.protocol.monitor.MonitorMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Receives a monitor's requests in its own session and thread, and grants nothing.
final class RequestListener implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final SamplingRule rule;
    private final MonitorConnection link;
    private final List<MemoryTestBed.ReceivedRequest> requests = new CopyOnWriteArrayList<>();
    private final Thread thread = Thread.ofVirtual().name("request-listener").unstarted(this::run);
    private volatile boolean closed;
    private volatile @Nullable MonitorConnectionException failure;

    private RequestListener(SamplingRule rule, MonitorConnection link) {
        this.rule = rule;
        this.link = link;
    }

    static RequestListener open(SamplingRule rule, HostPort monitor)
            throws MonitorConnectionException, InterruptedException {
        var listener = new RequestListener(rule, MonitorConnection.open(monitor));
        listener.thread.start();
        return listener;
    }

    private void run() {
        try (link) {
            while (!closed) {
                MonitorConnection.ReceivedMessage next = link.receive(POLL);
                if (next != null && next.message() instanceof MonitorMessage.UpscaleRequest)
                    requests.add(new MemoryTestBed.ReceivedRequest(rule, next.at().nanos()));
            }
        } catch (MonitorConnectionException e) {
            failure = e;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    List<MemoryTestBed.ReceivedRequest> requests() throws HarnessException {
        MonitorConnectionException failed = failure;
        if (failed != null) throw new HarnessException("the session is lost", failed);
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
