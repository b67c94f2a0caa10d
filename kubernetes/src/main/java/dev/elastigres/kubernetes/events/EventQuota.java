package dev.elastigres.kubernetes.events;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/// Limits the events of a pod for each reason: a number of them in each window, and longer windows
/// while events are suppressed. Not thread-safe.
final class EventQuota {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /// Maximum length of a window, in minutes. The length doubles while events are suppressed.
    private static final int MAX_LENGTH = 16;

    /// Maximum number of pairs of pod and reason that are kept; the least recently used is dropped.
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

    /// @param began start of the window
    /// @param factor length of the window in minutes
    /// @param count events in the window
    /// @param kept events suppressed since the last one that was written
    private record QuotaUse(Moment began, int factor, int count, int kept) {
        Moment end() {
            return began.plus(MINUTE.multipliedBy(factor));
        }
    }

    /// Returns how many similar events were suppressed before this one; empty if this one is to be
    /// suppressed, too.
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
