package dev.elastigres.page;

import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/// The changes of the overview, shared by all open streams.
///
/// Each row has the version of its last change, and a stream takes the rows above the version that
/// it has sent. A stream that is slow therefore gets fewer and larger messages: nothing is queued
/// for it, and it delays neither other streams nor the source. A row is converted to JSON once for
/// each change, whatever the number of streams. Thread-safe.
final class FleetFeed {
    /// Minimum interval between two looks at the source.
    static final Duration INTERVAL = Duration.ofMillis(100);

    /// Number of removed machines that are remembered. A stream that has missed one which is
    /// forgotten gets everything anew.
    private static final int MAX_REMOVALS = 256;

    private final PageSource source;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Map<String, VersionedRow> rows = new TreeMap<>();
    private final ArrayDeque<RemovedRow> removals = new ArrayDeque<>();
    private long version = 1;
    private String host = "";
    private long hostVersion;
    private long completeSince;
    private Optional<Long> lookedAt = Optional.empty();

    private record VersionedRow(MachineRow row, String json, long version) {}

    private record RemovedRow(String name, long version) {}

    /// What a stream sends next.
    ///
    /// @param version to be passed to the next call of [#since]
    /// @param message the message, one JSON object on one line; empty if nothing has changed
    /// @param complete whether the message replaces everything that was sent before
    record FeedUpdate(long version, Optional<String> message, boolean complete) {}

    FleetFeed(PageSource source) {
        this.source = source;
    }

    /// Returns what has changed since `seen`.
    ///
    /// @param seen version of the previous update; 0 for everything
    /// @param millis current Unix time, in milliseconds
    FeedUpdate since(long seen, long millis) {
        lock.lock();
        try {
            look();
            boolean complete = seen == 0 || seen < completeSince;
            long from = complete ? 0 : seen;
            if (!complete && seen == version)
                return new FeedUpdate(version, Optional.empty(), false);
            return new FeedUpdate(version, Optional.of(message(from, millis)), complete);
        } finally {
            lock.unlock();
        }
    }

    private String message(long from, long millis) {
        String changed =
                rows.values().stream()
                        .filter(it -> it.version > from)
                        .map(VersionedRow::json)
                        .collect(Collectors.joining(","));
        List<Json> gone =
                removals.stream()
                        .filter(it -> from > 0 && it.version > from && !rows.containsKey(it.name))
                        .<Json>map(it -> new Json.Str(it.name))
                        .toList();
        return "{\"at\":%d,\"host\":%s,\"machines\":[%s],\"gone\":%s}"
                .formatted(
                        millis,
                        hostVersion > from ? host : "null",
                        changed,
                        new Json.Arr(gone).compact());
    }

    private void look() {
        long now = System.nanoTime();
        if (lookedAt.isPresent() && now - lookedAt.get() < INTERVAL.toNanos()) return;
        lookedAt = Optional.of(now);
        FleetSnapshot seen = source.fleet();
        String newHost = seen.hostJson().compact();
        long next = version + 1;
        boolean changed = false;
        if (!newHost.equals(host)) {
            host = newHost;
            hostVersion = next;
            changed = true;
        }
        Set<String> names = new HashSet<>();
        for (MachineRow row : seen.machines()) {
            names.add(row.name());
            VersionedRow known = rows.get(row.name());
            if (known != null && known.row.equals(row)) continue;
            rows.put(row.name(), new VersionedRow(row, row.json().compact(), next));
            changed = true;
        }
        changed |= remove(names, next);
        if (changed) version = next;
    }

    private boolean remove(Set<String> present, long next) {
        boolean removed = false;
        for (var each = rows.keySet().iterator(); each.hasNext(); ) {
            String name = each.next();
            if (present.contains(name)) continue;
            each.remove();
            removed = true;
            removals.addLast(new RemovedRow(name, next));
            if (removals.size() > MAX_REMOVALS) completeSince = removals.removeFirst().version;
        }
        return removed;
    }
}
