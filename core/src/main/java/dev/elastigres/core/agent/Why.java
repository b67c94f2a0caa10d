package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;

/// Why a VM has its size: what it has, what it should have, and what is in the way.
public record Why(Resources has, Resources wanted, Reason reason, Obstacle obstacle) {

    /// One readable sentence.
    public String text() {
        String settled = "has " + has.text() + " as it should: " + reason.text();
        if (obstacle instanceof Obstacle.None) return settled;
        if (obstacle instanceof Obstacle.HeldByPageCache && has.equals(wanted))
            return settled + "; but " + obstacle.text();
        return "has %s and should have %s (%s), but %s"
                .formatted(has.text(), wanted.text(), reason.text(), obstacle.text());
    }
}
