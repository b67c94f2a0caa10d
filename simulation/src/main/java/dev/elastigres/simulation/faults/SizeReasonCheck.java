package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.SizeChange;
import dev.elastigres.core.agent.SizeReason;
import dev.elastigres.core.agent.SizeReasons;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.ViolationException;
import java.util.Optional;

/// Checks that a change of size has the reason of the decision that started it, for the resource
/// that changes, and that the explanation mentions a kill because memory ran out.
final class SizeReasonCheck {
    /// Reasons for the newest resize.
    private Optional<SizeReasons> resizedFor = Optional.empty();

    private boolean oomKilled;

    void note(Event event) {
        oomKilled |= event instanceof Event.OutOfMemory || event instanceof Event.OomKilled;
    }

    void resized(SizeReasons why) {
        resizedFor = Optional.of(why);
    }

    /// Checks the change and the explanation of `step`.
    void check(Step step) {
        step.change().ifPresent(this::checkReason);
        String text = step.state().why().text();
        ViolationException.check(
                !oomKilled || text.contains("OOM killer ended a process"),
                () -> "the explanation does not mention the OOM kill: " + text);
    }

    private void checkReason(SizeChange change) {
        if (change.reason().isEmpty()) return;
        SizeReason reason = change.reason().get();
        Optional<SizeReason> began = resizedFor.map(it -> it.ofChange(change.from(), change.to()));
        ViolationException.check(
                began.filter(reason::equals).isPresent(),
                () ->
                        "a change of size because %s was begun because %s"
                                .formatted(
                                        reason.text(),
                                        began.map(SizeReason::text).orElse("of no known reason")));
        ViolationException.check(
                isAbout(reason, change),
                () ->
                        "a change from %s to %s because %s"
                                .formatted(
                                        change.from().text(), change.to().text(), reason.text()));
    }

    /// Returns whether `reason` decided about a resource that changed.
    private static boolean isAbout(SizeReason reason, SizeChange change) {
        Resources decided =
                switch (reason) {
                    case SizeReason.UrgentRequest(Resources min) -> min;
                    case SizeReason.ShrinkRefused(Resources min, _, _) -> min;
                    case SizeReason.OomKilled(Resources min, _) -> min;
                    case SizeReason.AboveMaximum(Resources max, _) -> max;
                    case SizeReason.NoMetrics _,
                            SizeReason.ByGoal _,
                            SizeReason.AtLimit _,
                            SizeReason.Damped _,
                            SizeReason.Incomplete _,
                            SizeReason.Stale _,
                            SizeReason.HistoryTooShort _,
                            SizeReason.Paused _,
                            SizeReason.Pinned _ ->
                            change.to();
                };
        boolean cpus = change.from().vcpus() != change.to().vcpus();
        boolean memory = !change.from().memory().equals(change.to().memory());
        return (cpus && decided.vcpus() > 0) || (memory && !decided.memory().equals(Bytes.ZERO));
    }
}
