package dev.elastigres.monitor.cpu;

import java.io.IOException;

/// The kernel's file of a CPU cannot be read or written, or does not answer.
public final class CpuException extends Exception {
    private static final long serialVersionUID = 1;

    CpuException(String message) {
        super(message);
    }

    CpuException(String what, IOException cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}
