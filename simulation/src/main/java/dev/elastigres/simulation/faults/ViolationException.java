package dev.elastigres.simulation.faults;

import java.util.function.Supplier;

/// Thrown if an invariant is violated. The message describes the violation.
final class ViolationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ViolationException(String message) {
        super(message);
    }

    static void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) throw new ViolationException(otherwise.get());
    }
}
