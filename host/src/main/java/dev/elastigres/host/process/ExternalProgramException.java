package dev.elastigres.host.process;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A program could not be started, failed or exceeded its timeout. The message names the program
/// and the reason.
public final class ExternalProgramException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    ExternalProgramException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
