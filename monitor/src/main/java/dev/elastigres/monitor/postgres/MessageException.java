package dev.elastigres.monitor.postgres;

import java.io.IOException;

/// A server sends what no Postgres sends to this monitor, or more than that takes.
final class MessageException extends IOException {
    private static final long serialVersionUID = 1;

    /// @param what was sent
    MessageException(String what) {
        super("the server does not behave like Postgres: it sends " + what);
    }
}
