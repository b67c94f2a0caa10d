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

    /// Returns the failures whose retry is not due yet, which keep the size from changing.
    List<ResizeRetry> failed(Moment now) {
        return Stream.of(cpus, memory)
                .flatMap(Optional::stream)
                .filter(it -> !it.isOfPageCache() && !it.isDue(now))
                .toList();
    }

    /// Returns the retry of memory, if page cache keeps its limit up.
    Optional<ResizeRetry> pageCache() {
        return memory.filter(ResizeRetry::isOfPageCache);
    }

    /// Returns the retry of memory, if its size is reached and only its limit is not.
    Optional<ResizeRetry> limitOnly() {
        return pageCache().filter(it -> it.direction() == Direction.LIMIT_ONLY);
    }

    /// Returns whether the CPUs must wait before they change to those of `target`.
    boolean holdBackCpus(Direction direction, Resources target, Moment now) {
        return cpus.filter(it -> it.holdsBackCpus(direction, target.vcpus(), now)).isPresent();
    }

    /// Returns whether memory must wait before it changes to that of `target`.
    boolean holdBackMemory(Direction direction, Resources target, Moment now) {
        return memory.filter(it -> it.holdsBackMemory(direction, target.memory(), now)).isPresent();
    }

    ResizeRetries withoutFailures() {
        return new ResizeRetries(Optional.empty(), pageCache());
    }

    /// Returns the retries without failures that are due and whose direction is no longer wanted,
    /// so the next attempt starts with a new backoff. A shrink that page cache holds up is dropped
    /// once memory is not to shrink any more; a limit that page cache keeps up stays until it is
    /// known to be lower.
    ResizeRetries relevant(Resources current, Resources wanted, Moment now) {
        int cpuChange = Double.compare(wanted.vcpus(), current.vcpus());
        int memoryChange = wanted.memory().compareTo(current.memory());
        return new ResizeRetries(
                cpus.filter(it -> !it.isDue(now) || isWanted(it, cpuChange)),
                memory.filter(
                        it ->
                                it.isOfPageCache()
                                        ? it.direction() != Direction.DOWN || memoryChange < 0
                                        : !it.isDue(now) || isWanted(it, memoryChange)));
    }

    private static boolean isWanted(ResizeRetry retry, int change) {
        return retry.direction() == Direction.UP ? change > 0 : change < 0;
    }
}
