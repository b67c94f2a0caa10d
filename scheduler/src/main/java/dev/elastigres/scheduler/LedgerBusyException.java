package dev.elastigres.scheduler;

/// Thrown if the ledger's inbox is full, or it did not answer in time.
public final class LedgerBusyException extends Exception {
    private static final long serialVersionUID = 1;

    LedgerBusyException(String message) {
        super(message);
    }
}
