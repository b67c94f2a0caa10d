package dev.elastigres.protocol.monitor;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;

/// Generates message ids for one side of one session, so that ids of both sides never collide. Has
/// a single owner.
public final class MessageIds {
    private long next;

    private MessageIds(long first) {
        next = first;
    }

    /// Returns even ids: 2, 4, …
    public static MessageIds ofAgent() {
        return new MessageIds(2);
    }

    /// Returns odd ids: 3, 5, …
    public static MessageIds ofMonitor() {
        return new MessageIds(3);
    }

    public long next() {
        long id = next;
        next += 2;
        return id;
    }

    /// Writes the id as the last field of a message.
    static void write(JsonGenerator json, long id) throws IOException {
        json.writeFieldName("id");
        json.writeNumber(new BigInteger(Long.toUnsignedString(id)));
    }
}
