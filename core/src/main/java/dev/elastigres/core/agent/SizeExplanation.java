package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// Why a VM has its size: what it has, what it should have, and what is in the way.
///
/// @param sinceOomKill how long ago the VM's kernel killed a process for want of memory, within the
///     last hour
public record SizeExplanation(
        Resources current,
        Resources wanted,
        SizeReason reason,
        Obstacle obstacle,
        Optional<Duration> sinceOomKill) {

    /// One readable sentence.
    public String text() {
        return size() + sinceOomKill.map(SizeExplanation::oomKill).orElse("");
    }

    private static String oomKill(Duration ago) {
        String time =
                ago.toMinutes() < 2 ? ago.toSeconds() + " s ago" : ago.toMinutes() + " min ago";
        return "; its kernel killed a process for want of memory " + time;
    }

    private String size() {
        String settled = "has " + current.text() + " as it should: " + reason.text();
        if (obstacle instanceof Obstacle.None) return settled;
        if (obstacle instanceof Obstacle.HeldByPageCache && current.equals(wanted))
            return settled + "; but " + obstacle.text();
        return "has %s and should have %s (%s), but %s"
                .formatted(current.text(), wanted.text(), reason.text(), obstacle.text());
    }
}
