package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Moment;
import java.util.Optional;

/// History of upscale requests, from which the backoff follows.
///
/// @param last time of the last request, or of a later grant
/// @param fruitless number of requests since the last grant
/// @param below since when usage is below the threshold; empty while it is not
/// @param served when requested memory last arrived in full
/// @param answered when the agent announced the VM's size after the last request
public record UpscaleBackoff(
        Optional<Moment> last,
        int fruitless,
        Optional<Moment> below,
        Optional<Moment> served,
        Optional<Moment> answered) {
    static final UpscaleBackoff NEVER =
            new UpscaleBackoff(
                    Optional.empty(), 0, Optional.empty(), Optional.empty(), Optional.empty());

    /// Returns the earliest time of the next request; empty if a request may go out at once.
    Optional<Moment> nextAt(UpscaleBackoffRules rules) {
        return last.map(moment -> moment.plus(rules.waitAfter(Math.max(1, fruitless))));
    }

    boolean mayAsk(UpscaleBackoffRules rules, Moment now) {
        return nextAt(rules).map(next -> !now.isBefore(next)).orElse(true);
    }

    UpscaleBackoff afterRequest(Moment now) {
        // The cap does not change the wait, which reaches its maximum long before.
        return new UpscaleBackoff(
                Optional.of(now),
                Math.min(fruitless + 1, 64),
                Optional.empty(),
                served,
                Optional.empty());
    }

    /// Returns the state after a grant. The next request waits, because granted memory may take a
    /// moment to arrive and to show.
    UpscaleBackoff granted(Moment now) {
        return new UpscaleBackoff(Optional.of(now), 0, below, served, Optional.of(now));
    }

    /// Returns the state after a grant whose arrival the monitor waits for, so the time of the last
    /// request stays.
    UpscaleBackoff answered(Moment now) {
        return new UpscaleBackoff(last, 0, below, served, Optional.of(now));
    }

    /// Returns the state for a new session, whose agent received none of the requests.
    UpscaleBackoff forNewSession() {
        return new UpscaleBackoff(last, 0, below, served, Optional.empty());
    }

    /// Returns the state after a shrink. A shortage after it is a new need.
    UpscaleBackoff shrunk() {
        return new UpscaleBackoff(last, 0, below, Optional.empty(), answered);
    }

    UpscaleBackoff served(Moment now) {
        return new UpscaleBackoff(last, fruitless, below, Optional.of(now), answered);
    }

    UpscaleBackoff isBelow(Moment now) {
        return below.isPresent()
                ? this
                : new UpscaleBackoff(last, fruitless, Optional.of(now), served, answered);
    }

    /// Returns the state while usage is at the threshold or above. After a long time below, a rise
    /// is a new need, and the backoff starts again.
    UpscaleBackoff isAbove(UpscaleBackoffRules rules, Moment now) {
        boolean calm =
                below.map(since -> now.since(since).compareTo(rules.max()) >= 0).orElse(false);
        return new UpscaleBackoff(last, calm ? 0 : fruitless, Optional.empty(), served, answered);
    }
}
