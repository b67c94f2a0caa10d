package dev.elastigres.vm.qmp;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A QMP command has no result. The subclasses differ in what the caller can do.
public abstract sealed class QmpException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private QmpException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// No process listens, or the connection ended. Check the process, then connect again.
    public static final class Disconnected extends QmpException {
        @Serial private static final long serialVersionUID = 1;

        Disconnected(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// QEMU rejected the command.
    public static final class Refused extends QmpException {
        @Serial private static final long serialVersionUID = 1;

        private final String errorClass;
        private final String description;

        Refused(String command, String errorClass, String description) {
            super(command + ": " + description, null);
            this.errorClass = errorClass;
            this.description = description;
        }

        /// Returns the error class: `GenericError`, `CommandNotFound`, `DeviceNotActive`,
        /// `DeviceNotFound`, `KVMMissingCap`.
        public String errorClass() {
            return errorClass;
        }

        public String description() {
            return description;
        }
    }

    /// No answer arrived within the timeout. QEMU may still execute the command; check before
    /// repeating it.
    public static final class TimedOut extends QmpException {
        @Serial private static final long serialVersionUID = 1;

        TimedOut(String message) {
            super(message, null);
        }
    }

    /// The peer does not speak QMP.
    public static final class NotQmp extends QmpException {
        @Serial private static final long serialVersionUID = 1;

        NotQmp(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
