package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What is known of the VM's monitor.
public sealed interface Monitor {

    /// Nobody is there who could agree to a shrink.
    record Absent() implements Monitor {}

    /// @param low the least that it may think the VM has
    /// @param high the most that it may have put to use: the VM never becomes smaller than this
    /// @param telling what it was told and has not confirmed
    /// @param asking what it was asked and has not answered
    /// @param askAt before this it is left alone
    /// @param trouble why the last message came to nothing, until one does not
    record Present(
            long session,
            Resources low,
            Resources high,
            Optional<Request> telling,
            Optional<Request> asking,
            Moment askAt,
            Optional<String> trouble)
            implements Monitor {

        /// A new one may know of nothing, and may use all that there is.
        static Present begin(long session, Resources atMost, Moment now) {
            return new Present(
                    session,
                    Resources.ZERO,
                    atMost,
                    Optional.empty(),
                    Optional.empty(),
                    now,
                    Optional.empty());
        }

        boolean isBusy() {
            return telling.isPresent() || asking.isPresent();
        }

        /// It may use the new size before its answer comes, if one comes.
        Present told(Request request) {
            return new Present(
                    session,
                    low,
                    high.max(request.size()),
                    Optional.of(request),
                    asking,
                    askAt,
                    trouble);
        }

        Present asked(Request request) {
            return new Present(session, low, high, telling, Optional.of(request), askAt, trouble);
        }

        /// It has exactly `size` now, by its own word.
        Present settled(Resources size) {
            return new Present(
                    session,
                    size,
                    size,
                    Optional.empty(),
                    Optional.empty(),
                    askAt,
                    Optional.empty());
        }

        /// It has what it had.
        Present refused() {
            return new Present(
                    session, low, high, telling, Optional.empty(), askAt, Optional.empty());
        }

        /// It may have given up what it was asked for, all the same.
        Present failed(String why, Moment next) {
            Resources least = asking.map(it -> low.min(it.size())).orElse(low);
            return new Present(
                    session,
                    least,
                    high,
                    Optional.empty(),
                    Optional.empty(),
                    next,
                    Optional.of(why));
        }

        /// What is gone cannot be in use.
        Present within(Resources atMost) {
            return new Present(
                    session, low.min(atMost), high.min(atMost), telling, asking, askAt, trouble);
        }
    }
}
