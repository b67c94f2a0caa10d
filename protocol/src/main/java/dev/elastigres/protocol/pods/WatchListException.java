package dev.elastigres.protocol.pods;

/// A text that is no watch list, or a watch list that is too long to be written. The message
/// names what is wrong, and has no value of it.
public final class WatchListException extends Exception {
    private static final long serialVersionUID = 1;

    WatchListException(String message) {
        super(message);
    }
}
