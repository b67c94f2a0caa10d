package dev.elastigres.kubernetes.status;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.kubernetes.node.ApiFailures;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.concurrent.atomic.AtomicReference;

/// Logs once when an operation starts to fail or fails with another code, and once when it works
/// again. Thread-safe.
final class ProblemReporter {
    private final String what;
    private final String right;
    private final Log log;
    private final AtomicReference<String> last = new AtomicReference<>("");

    /// @param what the operation, such as `write the status of objects`
    /// @param right the right that the operation needs
    ProblemReporter(String what, String right, Log log) {
        this.what = what;
        this.right = right;
        this.log = log;
    }

    /// @param where where the operation failed
    void failed(String where, KubernetesClientException e) {
        String kind = "code " + e.getCode();
        if (last.getAndSet(kind).equals(kind)) return;
        if (ApiFailures.isMissingRight(e))
            log.warn("a right is missing", "right", right, "at", where, "cause", e);
        else log.warn("cannot " + what, "at", where, "cause", e);
    }

    void succeeded() {
        if (!last.get().isEmpty() && !last.getAndSet("").isEmpty())
            log.info("can " + what + " again");
    }
}
