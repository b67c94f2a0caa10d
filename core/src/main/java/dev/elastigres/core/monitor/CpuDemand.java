package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Moment;
import java.util.Optional;

/// How CPUs have been short lately, and when more were asked for.
///
/// @param since when they became short; empty while they are not
/// @param newest the newest reading of the shortage
/// @param runnable the fewest tasks that any of its readings saw
/// @param backoff when more were asked for
/// @param heard whether the agent of the live session understands that
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
        // More CPUs than before are another shortage, if they are one at all.
        boolean goesOn = newest.filter(it -> it.online() == reading.online()).isPresent();
        return new CpuDemand(
                goesOn ? since : Optional.of(now),
                Optional.of(reading),
                goesOn ? Math.min(runnable, reading.runnable()) : reading.runnable(),
                backoff.isAbove(rules.backoff(), now),
                heard);
    }

    /// The reading that speaks for more CPUs now; empty when none does.
    Optional<CpuReading> due(CpuRules rules, Moment now) {
        boolean lasts =
                since.filter(it -> now.since(it).compareTo(rules.lasting()) >= 0).isPresent();
        return newest.filter(_ -> heard && lasts && backoff.mayAsk(rules.backoff(), now));
    }

    /// As many as had a task each, one more at least and twice as many at most: a CPU too many only
    /// costs, and what is missing then is asked for next.
    double wanted(CpuReading reading) {
        double max = 2 * reading.online();
        return Math.clamp((double) runnable, Math.min(reading.online() + 1, max), max);
    }

    CpuDemand afterRequest(Moment now) {
        return new CpuDemand(since, newest, runnable, backoff.afterRequest(now), heard);
    }

    /// The agent has said what the VM has: whether that does has to be seen.
    CpuDemand answered(Moment now) {
        return calm(backoff.granted(now), heard);
    }

    /// Whoever listens now has heard none of the requests.
    CpuDemand listener(boolean hears) {
        return new CpuDemand(since, newest, runnable, backoff.unheard(), hears);
    }
}
