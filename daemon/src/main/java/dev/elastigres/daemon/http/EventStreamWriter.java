package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.concurrent.Future;

/// Writes the events of one stream. For one thread. Nothing is queued: a write returns when the
/// kernel has accepted it, and a peer that blocks one for too long is disconnected.
public final class EventStreamWriter {
    private final PeerOutput wire;
    private final ServerLimits limits;
    private final Watchdog alarms;

    EventStreamWriter(PeerOutput wire, ServerLimits limits, Watchdog alarms) {
        this.wire = wire;
        this.limits = limits;
        this.alarms = alarms;
    }

    /// Writes one event. Blocks while the peer does not read, up to [ServerLimits#writeWait].
    ///
    /// @param name name of the event
    /// @param data its data, on one line
    /// @throws IOException if the peer has gone or has not read in time
    public void send(String name, String data) throws IOException {
        if (!isLine(name) || !isLine(data))
            throw new IllegalArgumentException("a name or data of more than one line");
        write("event: " + name + "\ndata: " + data + "\n\n");
    }

    void write(String text) throws IOException {
        Future<?> alarm = alarms.in(limits.writeWait(), wire::cut);
        try {
            wire.socket().getOutputStream().write(text.getBytes(UTF_8));
        } finally {
            alarm.cancel(false);
        }
    }

    private static boolean isLine(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
    }
}
