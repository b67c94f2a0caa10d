package dev.elastigres.inspect.kubectl;

import org.jspecify.annotations.Nullable;

/// A call of kubectl failed, or the cluster lacks what it was to return.
final class KubectlException extends Exception {
    private static final long serialVersionUID = 1;

    KubectlException(String message) {
        this(message, null);
    }

    KubectlException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
