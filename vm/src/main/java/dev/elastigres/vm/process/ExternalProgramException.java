package dev.elastigres.vm.process;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A program that could not be started, failed, or took too long; the message says which and why.
public final class ExternalProgramException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    ExternalProgramException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
