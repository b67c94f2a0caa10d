package dev.elastigres.kubernetes.events;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/// How many events a pod gets for one reason: some within a minute, and what is said again and
/// again, less and less often. Not for several threads at once.
final class EventQuota {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /// A row of full minutes makes the wait longer, up to this many times.
    private static final int MAX_LENGTH = 16;

    /// Pods and reasons that are remembered; of more, the oldest are forgotten.
    private static final int MAX = 2_000;

    private final Map<QuotaKey, QuotaUse> uses =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<QuotaKey, QuotaUse> eldest) {
                    return size() > MAX;
                }
            };

    private record QuotaKey(String uid, EventReason reason) {}

    /// @param began when the window did
    /// @param factor how many minutes it has
    /// @param count how many there were in it
    /// @param kept how many were kept back since the last one
    private record QuotaUse(Moment began, int factor, int count, int kept) {
        Moment end() {
            return began.plus(MINUTE.multipliedBy(factor));
        }
    }

    /// How many like it were kept back before it; empty when it is kept back, too.
    OptionalInt take(String uid, EventReason reason, Moment now) {
        var key = new QuotaKey(uid, reason);
        QuotaUse use = uses.get(key);
        if (use == null) {
            uses.put(key, new QuotaUse(now, 1, 1, 0));
            return OptionalInt.of(0);
        }
        if (now.isBefore(use.end())) {
            if (use.count < reason.perMinute()) {
                uses.put(key, new QuotaUse(use.began, use.factor, use.count + 1, 0));
                return OptionalInt.of(use.kept);
            }
            uses.put(key, new QuotaUse(use.began, use.factor, use.count, use.kept + 1));
            return OptionalInt.empty();
        }
        int factor = use.kept == 0 ? 1 : Math.min(MAX_LENGTH, use.factor * 2);
        uses.put(key, new QuotaUse(now, factor, 1, 0));
        return OptionalInt.of(use.kept);
    }
}
