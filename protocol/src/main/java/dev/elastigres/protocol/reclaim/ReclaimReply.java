package dev.elastigres.protocol.reclaim;

import dev.elastigres.core.units.Bytes;

/// What became of a [ReclaimRequest].
///
/// @param freed by how much usage fell
/// @param ending why it ended
/// @param why one clause for people
public record ReclaimReply(Bytes freed, ReclaimEnd ending, String why) {
    static final int MAX_WHY = 300;

    /// Why it ended.
    public enum ReclaimEnd {
        /// All that was asked for is freed, or usage is at the floor.
        DONE("done"),
        /// The kernel finds nothing more that it can take back.
        NOTHING_LEFT("nothing_left"),
        /// The processes wait for memory.
        PRESSURE("pressure"),
        /// The time is over.
        TIMEOUT("timeout"),
        /// It is not done, and would not be if it were asked again.
        REFUSED("refused");

        private final String text;

        ReclaimEnd(String text) {
            this.text = text;
        }

        /// As on the wire.
        public String text() {
            return text;
        }
    }

    public ReclaimReply {
        if (why.length() > MAX_WHY) why = why.substring(0, MAX_WHY - 1) + "…";
    }
}
