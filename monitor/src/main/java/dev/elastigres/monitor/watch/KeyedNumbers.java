package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Finds numbers in the kernel's `key value` lines (`memory.stat`, `meminfo`, `status`) without
/// allocating.
final class KeyedNumbers {
    /// The line does not exist or is not complete.
    static final long ABSENT = -1;

    /// Upper bound of plausible amounts, 4 PiB: no machine has as much memory, and a sum of several
    /// such amounts does not overflow.
    static final long MAX_BYTES = 1L << 52;

    private KeyedNumbers() {}

    /// Returns the bytes of a key at the beginning of its line.
    static byte[] key(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /// Returns the number after `key` and white space, or [#ABSENT]. The line must be complete: a
    /// half-read number is a wrong number.
    static long find(ByteBuffer text, byte[] key) {
        int end = text.limit();
        int line = 0;
        while (line < end) {
            if (startsWith(text, line, end, key)) return number(text, line + key.length, end);
            while (line < end && text.get(line) != '\n') line++;
            line++;
        }
        return ABSENT;
    }

    private static boolean startsWith(ByteBuffer text, int at, int end, byte[] key) {
        if (end - at <= key.length) return false;
        for (int i = 0; i < key.length; i++) if (text.get(at + i) != key[i]) return false;
        return isSpace(text.get(at + key.length));
    }

    /// Returns the number at `at`, after white space, or [#ABSENT].
    static long number(ByteBuffer text, int at, int end) {
        while (at < end && isSpace(text.get(at))) at++;
        int first = at;
        long value = 0;
        while (at < end && isDigit(text.get(at))) {
            int digit = text.get(at++) - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) return ABSENT;
            value = value * 10 + digit;
        }
        if (at == first) return ABSENT;
        // A unit may follow; the line must be complete.
        if (at < end && !isSpace(text.get(at)) && text.get(at) != '\n') return ABSENT;
        while (at < end && text.get(at) != '\n') at++;
        return at < end ? value : ABSENT;
    }

    static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
