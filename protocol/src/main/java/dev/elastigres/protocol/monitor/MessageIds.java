package dev.elastigres.protocol.monitor;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;

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

    /// As the last field of a message.
    static void write(JsonGenerator json, long id) throws IOException {
        json.writeFieldName("id");
        json.writeNumber(new BigInteger(Long.toUnsignedString(id)));
    }
}
