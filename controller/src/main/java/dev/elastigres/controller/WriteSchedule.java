package dev.elastigres.controller;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decides when an object may be written again. Each object is written at most once in an interval.
/// A failed write, and a write that the API server did not keep, are repeated with exponential
/// backoff; other content does not wait for the backoff of a rejected one. For one thread.
///
/// @param <K> key of an object
final class WriteSchedule<K> {
    private final Duration interval;
    private final Duration maxBackoff;
    private final Map<K, WriteAttempt> attempts = new HashMap<>();

    /// Objects that are to be checked again when their time has come.
    private final Set<K> waiting = new HashSet<>();

    /// The last write of an object.
    ///
    /// @param body what was written
    /// @param backoff time until the same content may be written again
    private record WriteAttempt(Object body, Moment at, Duration backoff) {}

    /// @param interval minimum interval between two writes of an object
    /// @param maxBackoff maximum backoff of the same content
    WriteSchedule(Duration interval, Duration maxBackoff) {
        this.interval = interval;
        this.maxBackoff = maxBackoff;
    }

    /// Returns whether the object may be written now. If not, it becomes [#due] later.
    boolean mayWrite(K key, Object body, Moment now) {
        WriteAttempt last = attempts.get(key);
        if (last == null || !now.isBefore(nextAt(last, body))) {
            waiting.remove(key);
            return true;
        }
        waiting.add(key);
        return false;
    }

    private Moment nextAt(WriteAttempt last, Object body) {
        return last.at.plus(last.body.equals(body) ? last.backoff : interval);
    }

    void wrote(K key, Object body, Moment now) {
        attempts.put(key, new WriteAttempt(body, now, backoff(key, body)));
    }

    /// Records a failed write, which is tried again.
    ///
    /// @param max maximum backoff
    void failed(K key, Object body, Duration max, Moment now) {
        Duration backoff = backoff(key, body);
        if (backoff.compareTo(max) > 0) backoff = max;
        attempts.put(key, new WriteAttempt(body, now, backoff));
        waiting.add(key);
    }

    private Duration backoff(K key, Object body) {
        WriteAttempt last = attempts.get(key);
        if (last == null || !last.body.equals(body)) return interval;
        Duration twice = last.backoff.multipliedBy(2);
        return twice.compareTo(maxBackoff) < 0 ? twice : maxBackoff;
    }

    /// Records that the object has the content that it should have.
    void settled(K key, Moment now) {
        waiting.remove(key);
        attempts.computeIfPresent(key, (_, it) -> now.isBefore(it.at.plus(interval)) ? it : null);
    }

    /// Forgets an object that no longer exists.
    void forget(K key) {
        waiting.remove(key);
        attempts.remove(key);
    }

    void clear() {
        waiting.clear();
        attempts.clear();
    }

    /// Returns the objects to check again now.
    Set<K> due(Moment now) {
        var due = new HashSet<K>();
        for (K key : waiting) if (!now.isBefore(dueAt(key, now))) due.add(key);
        return due;
    }

    /// Returns the time until an object becomes due; empty if none waits.
    Optional<Duration> untilDue(Moment now) {
        return waiting.stream().map(it -> dueAt(it, now).since(now)).min(Duration::compareTo);
    }

    private Moment dueAt(K key, Moment now) {
        WriteAttempt last = attempts.get(key);
        return last == null ? now : last.at.plus(last.backoff);
    }
}
