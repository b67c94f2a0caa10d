package dev.elastigres.monitor.cpu;

import java.io.IOException;

/// The kernel does not let us see or switch a CPU.
public final class CpuException extends Exception {
    private static final long serialVersionUID = 1;

    CpuException(String what, IOException cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}
