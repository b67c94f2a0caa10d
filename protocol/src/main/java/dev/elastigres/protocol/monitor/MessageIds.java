package dev.elastigres.protocol.monitor;

/// Mints the ids of one side of one session, so that both sides can begin without a collision. One
/// owner.
public final class MessageIds {
    private long next;

    private MessageIds(long first) {
        next = first;
    }

    /// Even: 2, 4, …
    public static MessageIds ofAgent() {
        return new MessageIds(2);
    }

    /// Odd: 3, 5, …
    public static MessageIds ofMonitor() {
        return new MessageIds(3);
    }

    public long next() {
        long id = next;
        next += 2;
        return id;
    }
}
