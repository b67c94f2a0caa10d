package dev.elastigres.agent.worker;

/// A bug of one of a worker's helpers.
final class BrokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenException(Throwable bug) {
        super(bug);
    }
}
