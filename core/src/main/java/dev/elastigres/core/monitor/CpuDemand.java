package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Moment;
import java.util.Optional;

/// State of a CPU shortage and of the requests for more CPUs.
///
/// @param since when the shortage began; empty without one
/// @param newest newest reading of the shortage
/// @param runnable lowest number of runnable tasks among its readings
/// @param backoff backoff of requests for CPUs
/// @param heard whether the agent of the live session supports requests for CPUs
public record CpuDemand(
        Optional<Moment> since,
        Optional<CpuReading> newest,
        int runnable,
        UpscaleBackoff backoff,
        boolean heard) {
    static final CpuDemand NONE = calm(UpscaleBackoff.NEVER, false);

    private static CpuDemand calm(UpscaleBackoff backoff, boolean heard) {
        return new CpuDemand(Optional.empty(), Optional.empty(), 0, backoff, heard);
    }

    CpuDemand read(CpuReading reading, CpuRules rules, Moment now) {
        if (!rules.isShort(reading)) return calm(backoff.isBelow(now), heard);
        // A shortage with another number of CPUs is a new one.
        boolean goesOn = newest.filter(it -> it.online() == reading.online()).isPresent();
        return new CpuDemand(
                goesOn ? since : Optional.of(now),
                Optional.of(reading),
                goesOn ? Math.min(runnable, reading.runnable()) : reading.runnable(),
                backoff.isAbove(rules.backoff(), now),
                heard);
    }

    /// Returns the reading that justifies a request for CPUs now; empty if there is none.
    Optional<CpuReading> due(CpuRules rules, Moment now) {
        boolean lasts =
                since.filter(it -> now.since(it).compareTo(rules.lasting()) >= 0).isPresent();
        return newest.filter(_ -> heard && lasts && backoff.mayAsk(rules.backoff(), now));
    }

    /// Returns the number of CPUs to request: one for each runnable task, but at least one more and
    /// at most twice as many as now. A superfluous CPU only costs; a missing one is requested next.
    double wanted(CpuReading reading) {
        double max = 2 * reading.online();
        return Math.clamp((double) runnable, Math.min(reading.online() + 1, max), max);
    }

    CpuDemand afterRequest(Moment now) {
        return new CpuDemand(since, newest, runnable, backoff.afterRequest(now), heard);
    }

    /// The agent announced the VM's size. The readings that follow show whether it is enough.
    CpuDemand answered(Moment now) {
        return calm(backoff.granted(now), heard);
    }

    /// Returns the state for a new session, whose agent received none of the requests.
    CpuDemand listener(boolean hears) {
        return new CpuDemand(since, newest, runnable, backoff.forNewSession(), hears);
    }
}
