package dev.elastigres.demo;

import dev.elastigres.daemon.log.CauseChain;

/// The demo lacks something that it needs, or something that it shows did not happen.
final class DemoException extends Exception {
    private static final long serialVersionUID = 1;

    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }

    /// Returns the message and its causes in one line.
    String line() {
        return CauseChain.chain(this).strip().replaceAll("\\s*\\R\\s*", " / ");
    }
}
