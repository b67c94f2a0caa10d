package dev.elastigres.core.agent;

import dev.elastigres.core.agent.ResizeRetry.Direction;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Pending retries of the last resizes, one for each resource.
public record ResizeRetries(Optional<ResizeRetry> cpus, Optional<ResizeRetry> memory) {
    static final ResizeRetries NONE = new ResizeRetries(Optional.empty(), Optional.empty());

    ResizeRetries withMemory(Optional<ResizeRetry> retry) {
        return new ResizeRetries(cpus, retry);
    }

    /// Returns the failures whose retry is not due yet, which keep the size from changing.
    List<ResizeRetry> failed(Moment now) {
        return Stream.of(cpus, memory)
                .flatMap(Optional::stream)
                .filter(it -> it.failure().isPresent() && !it.isDue(now))
                .toList();
    }

    Optional<ResizeRetry> pageCache() {
        return memory.filter(it -> it.failure().isEmpty());
    }

    ResizeRetries withoutFailures() {
        return new ResizeRetries(Optional.empty(), pageCache());
    }

    /// Returns the retries without failures that are due and whose direction is no longer wanted,
    /// so the next attempt starts with a new backoff. A limit that page cache keeps up stays until
    /// it is known to be lower.
    ResizeRetries relevant(Resources current, Resources wanted, Moment now) {
        return new ResizeRetries(
                cpus.filter(
                        it ->
                                !it.isDue(now)
                                        || isWanted(
                                                it,
                                                Double.compare(wanted.vcpus(), current.vcpus()))),
                memory.filter(
                        it ->
                                it.failure().isEmpty()
                                        || !it.isDue(now)
                                        || isWanted(
                                                it, wanted.memory().compareTo(current.memory()))));
    }

    private static boolean isWanted(ResizeRetry retry, int change) {
        return retry.direction() == Direction.UP ? change > 0 : change < 0;
    }
}
