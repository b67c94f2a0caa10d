package dev.elastigres.daemon.guard;

/// A file of keys, certificates or tokens cannot be used. The message is one line for the operator,
/// and contains nothing of the file's content.
public final class CredentialException extends Exception {
    private static final long serialVersionUID = 1;

    CredentialException(String message) {
        // No cause: causes quote what they could not read.
        super(message, null, false, false);
    }
}
