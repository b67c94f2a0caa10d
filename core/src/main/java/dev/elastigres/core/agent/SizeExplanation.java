package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Explains a VM's size: the current size, the wanted size, and the obstacle between them.
///
/// @param sinceOomKill time since the last kill of a process in the VM because memory ran out;
///     empty without one in the last hour
/// @param wholeUnits whether each resource gets whole compute units because the monitor takes no
///     other sizes
public record SizeExplanation(
        Resources current,
        Resources wanted,
        SizeReasons reasons,
        Obstacle obstacle,
        Optional<Duration> sinceOomKill,
        boolean wholeUnits) {
    private static final String WHOLE_UNITS =
            "; CPUs and memory are whole compute units, for its monitor's protocol is v1.0";

    /// All codes of a VM's state.
    public static final List<String> CODES =
            Stream.concat(Obstacle.CODES.stream(), Stream.of("paused", "pinned")).toList();

    /// Returns a stable name of the VM's state for metrics and programs: one of [#CODES]. A VM that
    /// has the size of a hold is `paused` or `pinned`.
    public String code() {
        if (!(obstacle instanceof Obstacle.None)) return obstacle.code();
        return switch (reasons.size()) {
            case SizeReason.Paused _ -> "paused";
            case SizeReason.Pinned _ -> "pinned";
            case SizeReason.NoMetrics _,
                    SizeReason.ByGoal _,
                    SizeReason.AtLimit _,
                    SizeReason.AboveMaximum _,
                    SizeReason.Damped _,
                    SizeReason.Incomplete _,
                    SizeReason.Stale _,
                    SizeReason.HistoryTooShort _,
                    SizeReason.UrgentRequest _,
                    SizeReason.ShrinkRefused _,
                    SizeReason.OomKilled _ ->
                    obstacle.code();
        };
    }

    /// Returns the reason for the wanted size as a whole.
    public SizeReason reason() {
        return reasons.size();
    }

    /// Returns the explanation as one readable sentence.
    public String text() {
        return size()
                + (wholeUnits ? WHOLE_UNITS : "")
                + sinceOomKill.map(SizeExplanation::oomKill).orElse("");
    }

    private static String oomKill(Duration ago) {
        String time =
                ago.toMinutes() < 2 ? ago.toSeconds() + " s ago" : ago.toMinutes() + " min ago";
        return "; its kernel's OOM killer ended a process " + time;
    }

    private String size() {
        String settled = "has " + current.text() + " as it should: " + reason().text();
        if (obstacle instanceof Obstacle.None) return settled;
        if (obstacle instanceof Obstacle.HeldByPageCache && current.equals(wanted))
            return settled + "; but " + obstacle.text();
        return "has %s and should have %s (%s), but %s"
                .formatted(current.text(), wanted.text(), reason().text(), obstacle.text());
    }
}
