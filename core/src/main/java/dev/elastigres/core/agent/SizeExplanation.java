package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// Explains a VM's size: the current size, the wanted size, and the obstacle between them.
///
/// @param sinceOomKill time since the last kill of a process in the VM because memory ran out;
///     empty without one in the last hour
public record SizeExplanation(
        Resources current,
        Resources wanted,
        SizeReasons reasons,
        Obstacle obstacle,
        Optional<Duration> sinceOomKill) {

    /// Returns the reason for the wanted size as a whole.
    public SizeReason reason() {
        return reasons.size();
    }

    /// Returns the explanation as one readable sentence.
    public String text() {
        return size() + sinceOomKill.map(SizeExplanation::oomKill).orElse("");
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
