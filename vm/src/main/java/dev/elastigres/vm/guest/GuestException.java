package dev.elastigres.vm.guest;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Why the guest did not do what it was asked, by what the caller can do about it.
public abstract sealed class GuestException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private GuestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// The guest does not answer: it boots, hangs, or has no agent of ours. Try again, or look at
    /// its console.
    public static final class Silent extends GuestException {
        @Serial private static final long serialVersionUID = 1;

        Silent(String message) {
            super(message, null);
        }

        Silent(String message, Throwable cause) {
            super(message + ": " + cause.getMessage(), cause);
        }
    }

    /// Every control port is in use: try again when a command has ended.
    public static final class Occupied extends GuestException {
        @Serial private static final long serialVersionUID = 1;

        public Occupied(String message) {
            super(message, null);
        }
    }

    /// The guest tried and failed, or will not: ask for something else.
    public static final class Refused extends GuestException {
        @Serial private static final long serialVersionUID = 1;

        public Refused(String message) {
            super(message, null);
        }
    }
}
