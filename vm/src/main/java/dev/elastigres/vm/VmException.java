package dev.elastigres.vm;

import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operation on a VM failed. The subclasses differ in what the caller can do. Each message is
/// one complete sentence for users.
public abstract sealed class VmException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private VmException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// The request is invalid for this VM. Another request may succeed.
    public static final class Refused extends VmException {
        @Serial private static final long serialVersionUID = 1;

        public Refused(String message) {
            super(message, null);
        }
    }

    /// Another command uses the VM. A later attempt may succeed.
    public static final class Busy extends VmException {
        @Serial private static final long serialVersionUID = 1;

        public Busy(String message) {
            super(message, null);
        }
    }

    /// Programs are not installed on this machine.
    public static final class Missing extends VmException {
        @Serial private static final long serialVersionUID = 1;

        private final String programs;
        private final String remedy;

        public Missing(List<String> programs, List<String> packages) {
            super(
                    "not installed: %s. Install with: %s"
                            .formatted(String.join(", ", programs), installation(packages)),
                    null);
            this.programs = String.join(", ", programs);
            remedy = installation(packages);
        }

        private static String installation(List<String> packages) {
            return "apt-get install -y " + String.join(" ", packages);
        }

        /// Returns the names of the missing programs, separated by commas.
        public String programs() {
            return programs;
        }

        /// Returns the command that installs them.
        public String remedy() {
            return remedy;
        }
    }

    /// This machine, QEMU or the guest failed; the VM's logs have details.
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
