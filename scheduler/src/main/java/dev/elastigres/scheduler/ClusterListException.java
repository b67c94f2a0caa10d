package dev.elastigres.scheduler;

/// Thrown for a text that is not a list of Kubernetes objects. The message names the error.
public final class ClusterListException extends Exception {
    private static final long serialVersionUID = 1;

    ClusterListException(String message) {
        super(message);
    }
}
