package dev.elastigres.core.agent;

import dev.elastigres.core.agent.ResizeRetry.Direction;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// Schedules the retries of a resize that did not reach its target, for each resource separately.
/// The backoff doubles with each attempt in a row that made no progress.
///
/// @param last pending retries of the attempts before
/// @param current the VM's size after the attempt
/// @param firstBackoff the first backoff
record RetryPolicy(ResizeRetries last, Resources current, Duration firstBackoff, Moment now) {
    /// Maximum backoff while page cache keeps the memory limit up, as a multiple of the first
    /// backoff.
    private static final int MAX_PAGE_CACHE_WAITS = 24;

    /// The attempted resize of one resource.
    ///
    /// @param progress whether the attempt changed the size, so that the next backoff is a first
    ///     one
    private record ResourceAttempt(Direction direction, Resources target, boolean progress) {}

    /// Returns the retries after an attempt that failed for each resource that differs from the
    /// target.
    ///
    /// @param progress whether the attempt changed the size
    ResizeRetries afterFailure(
            Resources target, ResizeFailure failure, boolean progress, String why) {
        Direction cpus = Direction.of(target.vcpus() > current.vcpus());
        Direction memory = Direction.of(current.memory().isLessThan(target.memory()));
        return new ResizeRetries(
                target.vcpus() == current.vcpus()
                        ? Optional.empty()
                        : Optional.of(
                                failed(
                                        new ResourceAttempt(cpus, target, progress),
                                        last.cpus(),
                                        failure,
                                        why)),
                target.memory().equals(current.memory())
                        ? last.limitOnly().map(it -> it.again(now, firstBackoff))
                        : Optional.of(
                                failed(
                                        new ResourceAttempt(memory, target, progress),
                                        last.memory(),
                                        failure,
                                        why)));
    }

    /// Returns the retries after an attempt that ended differently for each resource.
    ///
    /// @param before the VM's size before the attempt
    ResizeRetries after(ResizeOutcome.PerResource outcome, Resources before, Resources target) {
        var cpus =
                new ResourceAttempt(
                        Direction.of(target.vcpus() >= before.vcpus()),
                        target,
                        current.vcpus() != before.vcpus());
        var memory =
                new ResourceAttempt(
                        current.memory().equals(target.memory())
                                ? Direction.LIMIT_ONLY
                                : Direction.of(!target.memory().isLessThan(before.memory())),
                        target,
                        !current.memory().equals(before.memory()));
        return new ResizeRetries(
                after(outcome.cpus(), cpus, last.cpus()),
                after(outcome.memory(), memory, last.memory()));
    }

    private Optional<ResizeRetry> after(
            ResourceOutcome outcome, ResourceAttempt attempt, Optional<ResizeRetry> earlier) {
        return switch (outcome) {
            case ResourceOutcome.Done(), ResourceOutcome.InUse _ -> Optional.empty();
            case ResourceOutcome.Pending(ResizeFailure failure, String why) ->
                    Optional.of(failed(attempt, earlier, failure, why));
            case ResourceOutcome.Failed(ResizeFailure failure, String why) ->
                    Optional.of(failed(attempt, earlier, failure, why));
            case ResourceOutcome.HeldByPageCache(String why) ->
                    Optional.of(heldByPageCache(attempt, why));
        };
    }

    private ResizeRetry heldByPageCache(ResourceAttempt attempt, String why) {
        Duration backoff =
                last.pageCache().map(it -> it.backoff().multipliedBy(2)).orElse(firstBackoff);
        Duration max = firstBackoff.multipliedBy(MAX_PAGE_CACHE_WAITS);
        if (backoff.compareTo(max) > 0) backoff = max;
        return new ResizeRetry(
                now.plus(backoff),
                backoff,
                attempt.direction,
                attempt.target,
                Optional.empty(),
                why);
    }

    private ResizeRetry failed(
            ResourceAttempt attempt,
            Optional<ResizeRetry> earlier,
            ResizeFailure failure,
            String why) {
        Direction direction = attempt.direction;
        Optional<ResizeRetry> inRow =
                earlier.filter(it -> it.failure().isPresent())
                        .filter(it -> it.direction() == direction && !attempt.progress);
        Duration backoff =
                inRow.map(it -> failure.backoffAfter(it.backoff(), firstBackoff))
                        .orElse(firstBackoff);
        Resources attempted =
                inRow.map(ResizeRetry::attempted)
                        .map(
                                it ->
                                        direction == Direction.UP
                                                ? it.min(attempt.target)
                                                : it.max(attempt.target))
                        .orElse(attempt.target);
        return new ResizeRetry(
                now.plus(backoff), backoff, direction, attempted, Optional.of(failure), why);
    }
}
