package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Moment;
import java.util.Optional;

/// When more was asked for, and how often in vain.
///
/// @param last the last request, or the grant that came after it
/// @param fruitless requests since the last grant
/// @param below since when usage is below the threshold; empty while it is not
/// @param served when all came of what was asked for, the last time
/// @param answered when the agent said what the VM has, after the last request
public record UpscaleBackoff(
        Optional<Moment> last,
        int fruitless,
        Optional<Moment> below,
        Optional<Moment> served,
        Optional<Moment> answered) {
    static final UpscaleBackoff NEVER =
            new UpscaleBackoff(
                    Optional.empty(), 0, Optional.empty(), Optional.empty(), Optional.empty());

    /// From when on the next request may go out; empty when that is at once.
    Optional<Moment> nextAt(UpscaleBackoffRules rules) {
        return last.map(moment -> moment.plus(rules.waitAfter(Math.max(1, fruitless))));
    }

    boolean mayAsk(UpscaleBackoffRules rules, Moment now) {
        return nextAt(rules).map(next -> !now.isBefore(next)).orElse(true);
    }

    UpscaleBackoff afterRequest(Moment now) {
        // The wait stops growing long before this does.
        return new UpscaleBackoff(
                Optional.of(now),
                Math.min(fruitless + 1, 64),
                Optional.empty(),
                served,
                Optional.empty());
    }

    /// What was granted may need a moment to be there and to show.
    UpscaleBackoff granted(Moment now) {
        return new UpscaleBackoff(Optional.of(now), 0, below, served, Optional.of(now));
    }

    /// The same, where what was granted is waited for until it is there.
    UpscaleBackoff answered(Moment now) {
        return new UpscaleBackoff(last, 0, below, served, Optional.of(now));
    }

    /// Whoever listens now has heard none of the requests.
    UpscaleBackoff unheard() {
        return new UpscaleBackoff(last, 0, below, served, Optional.empty());
    }

    /// The VM is smaller now: what becomes short then is another need.
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

    /// A rise after a long calm is a new need, not the old one repeated.
    UpscaleBackoff isAbove(UpscaleBackoffRules rules, Moment now) {
        boolean calm =
                below.map(since -> now.since(since).compareTo(rules.max()) >= 0).orElse(false);
        return new UpscaleBackoff(last, calm ? 0 : fruitless, Optional.empty(), served, answered);
    }
}
