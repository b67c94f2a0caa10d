package dev.elastigres.kubernetes.status;

import dev.elastigres.core.units.Moment;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.status.StatusDraft.OwnEntry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Decides when an agent writes one object. A changed size is written at once. A changed goal or
/// state is written after a delay, because it may not last. A change that any agent could write is
/// written in an order that all agents know.
final class StatusWriteBackoff {
    private final String node;
    private final StatusDelays delays;
    private final RandomGenerator random;

    private Optional<PendingWrite> due = Optional.empty();
    private Optional<PostgresAutoscalerStatus> applied = Optional.empty();
    private Moment appliedAt;
    private int again;
    private Optional<Failure> failure = Optional.empty();

    /// @param kind kind of the pending write; another kind starts a new delay
    private record PendingWrite(WriteKind kind, Moment at) {}

    /// Consecutive failed writes.
    ///
    /// @param body body of the last one
    /// @param backoff backoff after it
    /// @param until the same body is not written before
    /// @param otherUntil no other body is written before
    private record Failure(
            PostgresAutoscalerStatus body, Duration backoff, Moment until, Moment otherUntil) {
        Moment until(PostgresAutoscalerStatus next) {
            return isSame(body, next) ? until : otherUntil;
        }
    }

    private enum WriteKind {
        WORDS,
        SUMMARY,
        NO_PODS,
        AGAIN
    }

    StatusWriteBackoff(String node, StatusDelays delays, RandomGenerator random, Moment now) {
        this.node = node;
        this.delays = delays;
        this.random = random;
        appliedAt = now;
    }

    /// Returns the delay before the next write or check: empty if nothing is to be written, zero to
    /// write now, otherwise the time after which to call again.
    ///
    /// @param written entries in the object
    /// @param changed when the reported states last changed, as far as known
    Optional<Duration> next(
            StatusDraft draft, List<InstanceStatus> written, Moment changed, Moment now) {
        Optional<WriteKind> kind = kind(draft, written);
        if (kind.isEmpty() && draft.own() != OwnEntry.SIZES) {
            due = Optional.empty();
            failure = Optional.empty();
            if (now.since(appliedAt).compareTo(delays.max()) > 0) forget();
            return Optional.empty();
        }
        Optional<Duration> backoff =
                failure.map(it -> it.until(draft.body()).since(now)).filter(Duration::isPositive);
        if (backoff.isPresent()) return backoff;
        // A body that was written but did not persist is written with exponential backoff.
        if (applied.isPresent() && isSame(applied.get(), draft.body()))
            kind = Optional.of(WriteKind.AGAIN);
        if (kind.isEmpty()) return Optional.of(Duration.ZERO);
        WriteKind what = kind.get();
        if (due.isEmpty() || due.get().kind() != what)
            due = Optional.of(new PendingWrite(what, now.plus(wait(what, written))));
        Moment at = due.get().at();
        // States that keep changing are not written, but only for a limited time.
        if (what == WriteKind.WORDS)
            at = later(at, earlier(changed.plus(delays.between()), at.plus(delays.unrest())));
        Duration left = at.since(now);
        return Optional.of(left.isPositive() ? left : Duration.ZERO);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Moment later(Moment one, Moment other) {
        return one.isBefore(other) ? other : one;
    }

    private static Moment earlier(Moment one, Moment other) {
        return one.isBefore(other) ? one : other;
    }

    /// Returns the kind of the write; empty if it happens at once or nothing is to be written.
    private static Optional<WriteKind> kind(StatusDraft draft, List<InstanceStatus> written) {
        return switch (draft.own()) {
            case SIZES -> Optional.empty();
            case WORDS -> Optional.of(WriteKind.WORDS);
            case SAME -> draft.summary() ? Optional.of(WriteKind.SUMMARY) : Optional.empty();
            // The agents of the object's entries write its summary.
            case NONE ->
                    draft.summary() && written.isEmpty()
                            ? Optional.of(WriteKind.NO_PODS)
                            : Optional.empty();
        };
    }

    private Duration wait(WriteKind kind, List<InstanceStatus> written) {
        return switch (kind) {
            case WORDS -> delays.between();
            case SUMMARY ->
                    delays.between().plus(delays.writeInterval().multipliedBy(rank(written)));
            case NO_PODS ->
                    delays.noPods().plusMillis(random.nextLong(1 + 3 * delays.noPods().toMillis()));
            case AGAIN -> {
                Duration doubled = delays.between().multipliedBy(1L << Math.min(again, 20));
                yield doubled.compareTo(delays.max()) < 0 ? doubled : delays.max();
            }
        };
    }

    /// Returns the rank of this agent among the agents that have entries.
    private long rank(List<InstanceStatus> written) {
        return written.stream()
                .map(it -> String.valueOf(it.node()))
                .distinct()
                .filter(it -> it.compareTo(node) < 0)
                .count();
    }

    /// Records a failed write. Returns when to try again.
    ///
    /// @param body the body that could not be written
    /// @param max maximum backoff; it doubles while the same body fails
    Duration failed(PostgresAutoscalerStatus body, Duration max, Moment now) {
        Duration doubled =
                failure.filter(it -> isSame(it.body, body))
                        .map(it -> it.backoff.multipliedBy(2))
                        .orElse(delays.afterProblem());
        Duration backoff = min(doubled, max);
        Duration spread = backoff.plusMillis(random.nextLong(1 + backoff.toMillis()));
        Moment otherUntil = now.plus(min(spread, delays.afterProblem()));
        failure = Optional.of(new Failure(body, backoff, now.plus(spread), otherUntil));
        return spread;
    }

    void wrote(PostgresAutoscalerStatus body, Moment now) {
        failure = Optional.empty();
        again = applied.isPresent() && isSame(applied.get(), body) ? again + 1 : 0;
        applied = Optional.of(body);
        appliedAt = now;
        due = Optional.empty();
    }

    /// Resets the backoff of bodies that did not persist.
    private void forget() {
        applied = Optional.empty();
        again = 0;
    }

    /// Compares without the conditions, because their times always differ.
    private static boolean isSame(PostgresAutoscalerStatus one, PostgresAutoscalerStatus other) {
        return Objects.equals(one.instances(), other.instances())
                && Objects.equals(one.observedGeneration(), other.observedGeneration())
                && Objects.equals(one.pods(), other.pods())
                && Objects.equals(one.size(), other.size())
                && Objects.equals(one.goal(), other.goal())
                && Objects.equals(one.state(), other.state())
                && Objects.equals(one.why(), other.why());
    }
}
