package dev.elastigres.vm;

import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why something could not be done to a VM, by what the caller can do about it. Each message is one
/// whole sentence for a person.
public abstract sealed class VmException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private VmException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// The request makes no sense for this VM: ask for something else.
    public static final class Refused extends VmException {
        @Serial private static final long serialVersionUID = 1;

        public Refused(String message) {
            super(message, null);
        }
    }

    /// Another command works on the VM: try again later.
    public static final class Busy extends VmException {
        @Serial private static final long serialVersionUID = 1;

        public Busy(String message) {
            super(message, null);
        }
    }

    /// Programs that this machine lacks: install them.
    public static final class Missing extends VmException {
        @Serial private static final long serialVersionUID = 1;

        public Missing(List<String> programs, List<String> packages) {
            super(
                    "not installed: %s. Install with: apt-get install -y %s"
                            .formatted(String.join(", ", programs), String.join(" ", packages)),
                    null);
        }
    }

    /// The machine, QEMU or the guest failed at it: see the VM's logs.
    public static final class Failed extends VmException {
        @Serial private static final long serialVersionUID = 1;

        public Failed(String message, Throwable cause) {
            super(message + ": " + cause.getMessage(), cause);
        }

        public Failed(String message) {
            super(message, null);
        }
    }
}
