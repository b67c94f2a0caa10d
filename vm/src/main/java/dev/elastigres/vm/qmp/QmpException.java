package dev.elastigres.vm.qmp;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Why a QMP command has no result, by what its caller can do about it.
public abstract sealed class QmpException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private QmpException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// Nobody listens, or the connection ended: look at the process, then connect again.
    public static final class Disconnected extends QmpException {
        @Serial private static final long serialVersionUID = 1;

        Disconnected(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// QEMU said no: ask for something else.
    public static final class Refused extends QmpException {
        @Serial private static final long serialVersionUID = 1;

        private final String errorClass;
        private final String description;

        Refused(String command, String errorClass, String description) {
            super(command + ": " + description, null);
            this.errorClass = errorClass;
            this.description = description;
        }

        /// `GenericError`, `CommandNotFound`, `DeviceNotActive`, `DeviceNotFound`, `KVMMissingCap`.
        public String errorClass() {
            return errorClass;
        }

        public String description() {
            return description;
        }
    }

    /// No answer in time: what was asked may still happen, so look before asking again.
    public static final class TimedOut extends QmpException {
        @Serial private static final long serialVersionUID = 1;

        TimedOut(String message) {
            super(message, null);
        }
    }

    /// Whatever answers does not speak QMP: give up.
    public static final class NotQmp extends QmpException {
        @Serial private static final long serialVersionUID = 1;

        NotQmp(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
