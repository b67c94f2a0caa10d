package dev.elastigres.kubernetes.status;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.kubernetes.node.ApiFailures;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.concurrent.atomic.AtomicReference;

/// Says once that something does not work, and once that it does again. For any thread.
final class ProblemReporter {
    private final String what;
    private final String right;
    private final Log log;
    private final AtomicReference<String> last = new AtomicReference<>("");

    /// @param what is done when all is well, as a clause
    /// @param right that is needed for it
    ProblemReporter(String what, String right, Log log) {
        this.what = what;
        this.right = right;
        this.log = log;
    }

    /// @param where it was tried
    void failed(String where, KubernetesClientException e) {
        String kind = "code " + e.getCode();
        if (last.getAndSet(kind).equals(kind)) return;
        if (ApiFailures.isMissingRight(e))
            log.warn("a right is missing", "right", right, "at", where, "cause", e);
        else log.warn("not so: " + what, "at", where, "cause", e);
    }

    void worked() {
        if (!last.get().isEmpty() && !last.getAndSet("").isEmpty()) log.info("again: " + what);
    }
}
