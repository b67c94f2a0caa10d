package dev.elastigres.daemon.guard;

/// A file of keys, certificates or tokens cannot be used. The message is the one line for whoever
/// wrote it, and has nothing of its contents.
public final class CredentialException extends Exception {
    private static final long serialVersionUID = 1;

    CredentialException(String message) {
        // Causes quote what they could not read.
        super(message, null, false, false);
    }
}
