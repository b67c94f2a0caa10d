package dev.elastigres.protocol.reclaim;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// Asks for page cache to be freed.
///
/// @param uid of a pod of the watch list
/// @param container one of its containers that is watched
/// @param scope whose page cache
/// @param bytes how much to free at most
/// @param floor usage is not brought below this; page cache counts as usage
/// @param within how long it may take
public record ReclaimRequest(
        String uid,
        String container,
        ReclaimTarget scope,
        Bytes bytes,
        Bytes floor,
        Duration within) {
    /// What takes longer is asked for again.
    public static final Duration MAX_WITHIN = Duration.ofSeconds(30);

    private static final int MAX_NAME = 253;

    /// Whose page cache is freed.
    public enum ReclaimTarget {
        CONTAINER("container"),
        /// All of the container's pod.
        POD("pod");

        private final String text;

        ReclaimTarget(String text) {
            this.text = text;
        }

        /// As on the wire.
        public String text() {
            return text;
        }
    }

    /// @throws IllegalArgumentException naming what is wrong, without its value
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
