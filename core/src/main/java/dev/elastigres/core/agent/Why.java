package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;

/// Why a VM has its size: what it has, what it should have, and what is in the way.
public record Why(Resources has, Resources wanted, Reason reason, Obstacle obstacle) {

    /// One readable sentence.
    public String text() {
        if (obstacle instanceof Obstacle.None)
            return "has " + has.text() + " as it should: " + reason.text();
        return "has %s and should have %s (%s), but %s"
                .formatted(has.text(), wanted.text(), reason.text(), obstacle.text());
    }
}
