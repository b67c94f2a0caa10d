package dev.elastigres.core.agent;

import dev.elastigres.core.agent.ResizeRetry.Cause;
import dev.elastigres.core.units.Moment;
import java.util.Optional;
import java.util.stream.Stream;

/// What is to be tried again of the last resize, each resource on its own.
public record ResizeRetries(Optional<ResizeRetry> cpus, Optional<ResizeRetry> memory) {
    static final ResizeRetries NONE = new ResizeRetries(Optional.empty(), Optional.empty());

    ResizeRetries withCpus(Optional<ResizeRetry> retry) {
        return new ResizeRetries(retry, memory);
    }

    ResizeRetries withMemory(Optional<ResizeRetry> retry) {
        return new ResizeRetries(cpus, retry);
    }

    Stream<ResizeRetry> all() {
        return Stream.of(cpus, memory).flatMap(Optional::stream);
    }

    Optional<ResizeRetry> failed() {
        return all().filter(it -> it.cause() == Cause.FAILED).findFirst();
    }

    Optional<ResizeRetry> pageCache() {
        return memory.filter(it -> it.cause() == Cause.PAGE_CACHE);
    }

    /// Without failures that are due. A limit that page cache holds up stays until it is known to
    /// be lower.
    ResizeRetries pending(Moment now) {
        return new ResizeRetries(
                cpus.filter(it -> !it.isDue(now)),
                memory.filter(it -> it.cause() == Cause.PAGE_CACHE || !it.isDue(now)));
    }
}
