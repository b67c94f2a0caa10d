package dev.elastigres.vm.guest;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A request to the guest failed. The subclasses differ in what the caller can do.
public abstract sealed class GuestException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private GuestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// The guest does not answer: it is booting, hangs or has no agent. A later attempt may
    /// succeed; its console may show the reason.
    public static final class Silent extends GuestException {
        @Serial private static final long serialVersionUID = 1;

        Silent(String message) {
            super(message, null);
        }

        Silent(String message, Throwable cause) {
            super(message + ": " + cause.getMessage(), cause);
        }
    }

    /// All control ports are in use. A later attempt may succeed.
    public static final class Occupied extends GuestException {
        @Serial private static final long serialVersionUID = 1;

        public Occupied(String message) {
            super(message, null);
        }
    }

    /// The guest failed to perform the request, or refuses it.
    public static final class Refused extends GuestException {
        @Serial private static final long serialVersionUID = 1;

        public Refused(String message) {
            super(message, null);
        }
    }
}
