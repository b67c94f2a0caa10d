package dev.elastigres.monitor.postgres;

import java.io.IOException;

/// A server sent something that no Postgres sends to this monitor, or more than the monitor
/// accepts.
final class MessageException extends IOException {
    private static final long serialVersionUID = 1;

    /// @param what what was sent
    MessageException(String what) {
        super("the server does not behave like Postgres: it sends " + what);
    }
}
