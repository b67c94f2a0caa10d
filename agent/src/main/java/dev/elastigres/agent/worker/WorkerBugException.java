package dev.elastigres.agent.worker;

/// A bug of one of a worker's helpers.
final class WorkerBugException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WorkerBugException(Throwable bug) {
        super(bug);
    }
}
