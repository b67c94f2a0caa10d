package dev.elastigres.demo;

import dev.elastigres.daemon.log.CauseChain;

/// Something that the demo needs or shows did not happen.
final class DemoException extends Exception {
    private static final long serialVersionUID = 1;

    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }

    /// What happened and why, in one line.
    String line() {
        return CauseChain.chain(this).strip().replaceAll("\\s*\\R\\s*", " / ");
    }
}
