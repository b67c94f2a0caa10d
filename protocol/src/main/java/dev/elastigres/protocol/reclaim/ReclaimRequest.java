package dev.elastigres.protocol.reclaim;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// Request to free page cache.
///
/// @param uid uid of a pod in the watch list
/// @param container name of a watched container of the pod
/// @param scope whether to free page cache of the container or of the whole pod
/// @param bytes maximum amount to free
/// @param floor usage, which includes page cache, is not reduced below this
/// @param within maximum duration
public record ReclaimRequest(
        String uid,
        String container,
        ReclaimTarget scope,
        Bytes bytes,
        Bytes floor,
        Duration within) {
    /// Maximum duration of one request; longer work takes several.
    public static final Duration MAX_WITHIN = Duration.ofSeconds(30);

    private static final int MAX_NAME = 253;

    /// Scope of a reclaim.
    public enum ReclaimTarget {
        CONTAINER("container"),
        /// All containers of the pod.
        POD("pod");

        private final String text;

        ReclaimTarget(String text) {
            this.text = text;
        }

        /// Returns the name on the wire.
        public String text() {
            return text;
        }
    }

    /// @throws IllegalArgumentException naming the invalid member, without its value
    public ReclaimRequest {
        check(!uid.isEmpty() && uid.length() <= MAX_NAME, "`uid` is not a pod's uid");
        check(
                !container.isEmpty() && container.length() <= MAX_NAME,
                "`container` is not a container's name");
        check(!bytes.equals(Bytes.ZERO), "`bytes` is nothing");
        check(
                within.isPositive() && within.compareTo(MAX_WITHIN) <= 0,
                "`within_ms` is not from 1 to " + MAX_WITHIN.toMillis());
    }

    private static void check(boolean holds, String problem) {
        if (!holds) throw new IllegalArgumentException(problem);
    }
}
