package dev.elastigres.daemon.guard;

import java.util.Arrays;

/// Reads DER (X.690) sequentially, as far as keys require. Throws [IllegalArgumentException] for
/// unexpected content.
final class DerReader {
    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    private final byte[] bytes;
    private int at;
    private final int end;

    DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    boolean isAtEnd() {
        return at == end;
    }

    /// Returns whether an element with this tag is next.
    boolean isNext(int tag) {
        return at < end && (bytes[at] & 0xff) == tag;
    }

    /// Returns a reader of the next element's content, and moves past the element. The element must
    /// have this tag.
    DerReader in(int tag) {
        if (!isNext(tag)) throw new IllegalArgumentException("another element");
        int start = at + 1;
        if (start == end) throw new IllegalArgumentException("no length");
        int length = bytes[start++] & 0xff;
        if (length >= 0x80) {
            int digits = length & 0x7f;
            if (digits == 0 || digits > 3 || digits > end - start)
                throw new IllegalArgumentException("a length that no key has");
            length = 0;
            for (int i = 0; i < digits; i++) length = length << 8 | (bytes[start++] & 0xff);
        }
        if (length > end - start) throw new IllegalArgumentException("cut off");
        at = start + length;
        return new DerReader(bytes, start, start + length);
    }

    /// Returns the content of the next element, which must have this tag.
    byte[] content(int tag) {
        DerReader inner = in(tag);
        return Arrays.copyOfRange(inner.bytes, inner.at, inner.end);
    }

    /// Returns the whole next element.
    byte[] take() {
        if (at == end) throw new IllegalArgumentException("no element");
        int start = at;
        var _ = in(bytes[at] & 0xff);
        return Arrays.copyOfRange(bytes, start, at);
    }

    /// Returns the next element, a non-negative integer.
    int number() {
        byte[] digits = content(INTEGER);
        if (digits.length == 0 || digits.length > 4 || digits[0] < 0)
            throw new IllegalArgumentException("a number that is not understood");
        int number = 0;
        for (byte digit : digits) number = number << 8 | (digit & 0xff);
        return number;
    }

    /// Returns the next element, an object identifier: `1.2.840.113549.1.5.13`.
    String identifier() {
        byte[] content = content(OBJECT_IDENTIFIER);
        var text = new StringBuilder();
        long arc = 0;
        for (byte part : content) {
            if (arc > Integer.MAX_VALUE) throw new IllegalArgumentException("a large identifier");
            arc = arc << 7 | (part & 0x7f);
            if (part < 0) continue;
            if (text.isEmpty()) {
                long first = Math.min(2, arc / 40);
                text.append(first).append('.').append(arc - 40 * first);
            } else text.append('.').append(arc);
            arc = 0;
        }
        return text.toString();
    }
}
