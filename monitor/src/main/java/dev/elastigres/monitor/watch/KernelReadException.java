package dev.elastigres.monitor.watch;

/// The kernel's numbers cannot be read now; a later attempt may succeed. The message is one clause
/// that names the file.
public final class KernelReadException extends Exception {
    private static final long serialVersionUID = 1;

    public KernelReadException(String message) {
        super(message);
    }

    KernelReadException(String message, Throwable cause) {
        super(message, cause);
    }
}
