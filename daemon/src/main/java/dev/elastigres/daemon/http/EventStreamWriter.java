package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;

/// Writes the events of one stream. For one thread. Nothing is queued: a write returns when the
/// kernel has accepted it, and a peer that blocks one for too long is disconnected.
public final class EventStreamWriter {
    private final PeerOutput wire;
    private final WriteDeadline deadline;

    EventStreamWriter(PeerOutput wire, ServerLimits limits, Watchdog alarms) {
        this.wire = wire;
        deadline = new WriteDeadline(alarms, limits.writeWait(), wire::cut);
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
        deadline.begin();
        try {
            wire.socket().getOutputStream().write(text.getBytes(UTF_8));
        } finally {
            deadline.end();
        }
    }

    private static boolean isLine(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
    }
}
