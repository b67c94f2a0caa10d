package dev.elastigres.protocol.pods;

/// A text that is no roster, or a roster that is too long to be written. The message names what is
/// wrong, and has no value of it.
public final class RosterException extends Exception {
    private static final long serialVersionUID = 1;

    RosterException(String message) {
        super(message);
    }
}
