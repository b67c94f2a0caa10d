package dev.elastigres.daemon.http;

import java.io.IOException;

/// Writes the events of one stream.
@FunctionalInterface
public interface EventStreamSession {
    /// Writes events until there are no more, or until the peer has gone. Runs on a thread of its
    /// own. A session should write at least once every few seconds, because only a write shows that
    /// the peer has gone.
    ///
    /// @throws IOException from `out`, if the peer has gone
    void run(EventStreamWriter out) throws IOException, InterruptedException;
}
