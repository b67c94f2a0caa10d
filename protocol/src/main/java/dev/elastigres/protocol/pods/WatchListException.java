package dev.elastigres.protocol.pods;

/// Thrown for a text that is not a watch list, or for a watch list that is too long to write. The
/// message names the error without any value from the text.
public final class WatchListException extends Exception {
    private static final long serialVersionUID = 1;

    WatchListException(String message) {
        super(message);
    }
}
