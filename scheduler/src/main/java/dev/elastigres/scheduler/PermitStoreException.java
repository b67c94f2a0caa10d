package dev.elastigres.scheduler;

/// Thrown if a permitted size could not be stored in the cluster, or it is unknown whether it was.
public final class PermitStoreException extends Exception {
    private static final long serialVersionUID = 1;

    /// @param message what failed and why, one clause
    public PermitStoreException(String message) {
        super(message);
    }
}
