package dev.elastigres.simulation.time;

import java.util.function.Supplier;

/// Thrown if an invariant is violated. The message describes the violation.
public final class ViolationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ViolationException(String message) {
        super(message);
    }

    public static void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) throw new ViolationException(otherwise.get());
    }
}
