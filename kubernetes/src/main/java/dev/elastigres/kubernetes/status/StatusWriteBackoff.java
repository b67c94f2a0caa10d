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

/// When an agent writes one object: at once where a size changed, after a while where it is words
/// that may not last, and for what any agent could write in an order that all of them know.
final class StatusWriteBackoff {
    private final String node;
    private final StatusDelays delays;
    private final RandomGenerator random;

    private Optional<PendingWrite> due = Optional.empty();
    private Optional<PostgresAutoscalerStatus> applied = Optional.empty();
    private Moment appliedAt;
    private int again;
    private Optional<Failure> failure = Optional.empty();

    /// @param kind of the need that is waited for: another one waits anew
    private record PendingWrite(WriteKind kind, Moment at) {}

    /// Writes that failed in a row.
    ///
    /// @param body the last of them
    /// @param backoff after it
    /// @param until before this the same body is not written again
    /// @param otherUntil before this no other body is
    private record Failure(
            PostgresAutoscalerStatus body, Duration backoff, Moment until, Moment otherUntil) {
        Moment until(PostgresAutoscalerStatus next) {
            return isSame(body, next) ? until : otherUntil;
        }
    }

    private enum WriteKind {
        WORDS,
        SUMMARY,
        NOBODY,
        AGAIN
    }

    StatusWriteBackoff(String node, StatusDelays delays, RandomGenerator random, Moment now) {
        this.node = node;
        this.delays = delays;
        this.random = random;
        appliedAt = now;
    }

    /// Empty: nothing is to be done. Zero: write now. Else: look again after this.
    ///
    /// @param changed when words last changed, as far as is known
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
        // What is written and does not stay is written less and less often.
        if (applied.isPresent() && isSame(applied.get(), draft.body()))
            kind = Optional.of(WriteKind.AGAIN);
        if (kind.isEmpty()) return Optional.of(Duration.ZERO);
        WriteKind what = kind.get();
        if (due.isEmpty() || due.get().kind() != what)
            due = Optional.of(new PendingWrite(what, now.plus(wait(what, written))));
        Moment at = due.get().at();
        // Words that come and go are nothing that lasts; but some day they are to be written, too.
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

    /// Empty for what is written at once, and for nothing to write.
    private static Optional<WriteKind> kind(StatusDraft draft, List<InstanceStatus> written) {
        return switch (draft.own()) {
            case SIZES -> Optional.empty();
            case WORDS -> Optional.of(WriteKind.WORDS);
            case SAME -> draft.summary() ? Optional.of(WriteKind.SUMMARY) : Optional.empty();
            // An object with entries has agents of its own to see to it.
            case NONE ->
                    draft.summary() && written.isEmpty()
                            ? Optional.of(WriteKind.NOBODY)
                            : Optional.empty();
        };
    }

    private Duration wait(WriteKind kind, List<InstanceStatus> written) {
        return switch (kind) {
            case WORDS -> delays.between();
            case SUMMARY ->
                    delays.between().plus(delays.writeInterval().multipliedBy(rank(written)));
            case NOBODY ->
                    delays.nobody().plusMillis(random.nextLong(1 + 3 * delays.nobody().toMillis()));
            case AGAIN -> {
                Duration doubled = delays.between().multipliedBy(1L << Math.min(again, 20));
                yield doubled.compareTo(delays.max()) < 0 ? doubled : delays.max();
            }
        };
    }

    /// This agent's place among those that have entries.
    private long rank(List<InstanceStatus> written) {
        return written.stream()
                .map(it -> String.valueOf(it.node()))
                .distinct()
                .filter(it -> it.compareTo(node) < 0)
                .count();
    }

    /// The status was not written. Returns when to try again.
    ///
    /// @param body that was to be written
    /// @param max the backoff doubles up to this while the same body fails
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

    /// What was said is not to be waited for any more.
    private void forget() {
        applied = Optional.empty();
        again = 0;
    }

    /// The times of conditions are others each time.
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
