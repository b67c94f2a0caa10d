package dev.elastigres.testbed.kubernetes;

/// This machine has no Go toolchain that can build the programs. The message says what to install.
public final class ToolchainException extends Exception {
    private static final long serialVersionUID = 1;

    ToolchainException(String message) {
        super(message);
    }
}
