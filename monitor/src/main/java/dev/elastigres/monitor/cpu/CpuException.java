package dev.elastigres.monitor.cpu;

import java.io.IOException;

/// The kernel's file of a CPU cannot be read or written.
public final class CpuException extends Exception {
    private static final long serialVersionUID = 1;

    CpuException(String what, IOException cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}
