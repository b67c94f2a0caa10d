package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Finds numbers in the kernel's `key value` lines (`memory.stat`, `meminfo`, `status`) without
/// allocating.
final class KeyedNumbers {
    /// The line does not exist.
    static final long ABSENT = -1;

    /// The line exists, and is incomplete or has no valid number.
    static final long MALFORMED = -2;

    /// Upper bound of plausible amounts, 4 PiB: no machine has as much memory, and a sum of several
    /// such amounts does not overflow.
    static final long MAX_BYTES = 1L << 52;

    private KeyedNumbers() {}

    /// Returns the bytes of a key at the beginning of its line.
    static byte[] key(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /// Returns the number after `key` and white space, or [#ABSENT] or [#MALFORMED]. The line must
    /// be complete: a half-read number is a wrong number.
    static long find(ByteBuffer text, byte[] key) {
        int at = valueAt(text, key);
        return at < 0 ? ABSENT : number(text, at, text.limit());
    }

    /// Returns where the value of `key` begins, below the text's limit; -1 if there is no such
    /// line.
    static int valueAt(ByteBuffer text, byte[] key) {
        int end = text.limit();
        int line = 0;
        while (line < end) {
            if (startsWith(text, line, end, key)) {
                int at = line + key.length;
                while (at + 1 < end && isSpace(text.get(at))) at++;
                return at;
            }
            while (line < end && text.get(line) != '\n') line++;
            line++;
        }
        return -1;
    }

    private static boolean startsWith(ByteBuffer text, int at, int end, byte[] key) {
        if (end - at <= key.length) return false;
        for (int i = 0; i < key.length; i++) if (text.get(at + i) != key[i]) return false;
        return isSpace(text.get(at + key.length));
    }

    /// Returns the number at `at`, after white space, or [#MALFORMED].
    static long number(ByteBuffer text, int at, int end) {
        while (at < end && isSpace(text.get(at))) at++;
        int first = at;
        long value = 0;
        while (at < end && isDigit(text.get(at))) {
            int digit = text.get(at++) - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) return MALFORMED;
            value = value * 10 + digit;
        }
        if (at == first) return MALFORMED;
        // A unit may follow; the line must be complete.
        if (at < end && !isSpace(text.get(at)) && text.get(at) != '\n') return MALFORMED;
        while (at < end && text.get(at) != '\n') at++;
        return at < end ? value : MALFORMED;
    }

    static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
