package dev.elastigres.protocol.reclaim;

import dev.elastigres.core.units.Bytes;

/// Reply to a [ReclaimRequest].
///
/// @param freed decrease of usage
/// @param ending why the reclaim ended
/// @param why the reason as one clause for people
public record ReclaimReply(Bytes freed, ReclaimEnd ending, String why) {
    static final int MAX_WHY = 300;

    /// Reason for the end of a reclaim.
    public enum ReclaimEnd {
        /// The requested amount is freed, or usage is at the floor.
        DONE("done"),
        /// The kernel finds nothing more to reclaim.
        NOTHING_LEFT("nothing_left"),
        /// The processes stall on memory.
        PRESSURE("pressure"),
        /// The maximum duration has passed.
        TIMEOUT("timeout"),
        /// The request was refused, and would be refused again.
        REFUSED("refused");

        private final String text;

        ReclaimEnd(String text) {
            this.text = text;
        }

        /// Returns the name on the wire.
        public String text() {
            return text;
        }
    }

    public ReclaimReply {
        if (why.length() > MAX_WHY) why = why.substring(0, MAX_WHY - 1) + "…";
    }
}
