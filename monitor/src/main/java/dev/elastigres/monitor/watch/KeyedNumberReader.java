package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/// Reads several numbers of a kernel file with `key value` lines, in one pass that ends when all
/// expected ones are found. Reading allocates nothing. One thread at a time may use it.
final class KeyedNumberReader {
    private final byte[][] keys;
    private final long[] values;

    /// Number of expected keys. The others are looked for until all of these are found.
    private final int expected;

    private byte[] text = new byte[0];

    /// Whether the file ends within a line, before all expected keys were found.
    private boolean truncated;

    KeyedNumberReader(String... names) {
        this(names, new String[0]);
    }

    private KeyedNumberReader(String[] names, String[] otherNames) {
        keys =
                Stream.of(names, otherNames)
                        .flatMap(Arrays::stream)
                        .map(KeyedNumbers::key)
                        .toArray(byte[][]::new);
        values = new long[keys.length];
        expected = names.length;
    }

    /// Returns a reader that also looks for keys of another kind of file, which may appear before
    /// or instead of these. Their indexes follow those of the first keys.
    KeyedNumberReader orOf(String... otherNames) {
        String[] names =
                Arrays.stream(keys)
                        .map(key -> new String(key, StandardCharsets.US_ASCII))
                        .toArray(String[]::new);
        return new KeyedNumberReader(names, otherNames);
    }

    void read(ByteBuffer file, ReadBuffer scratch) {
        read(file, scratch.text(file));
    }

    /// Reads the numbers from a file's content that was read elsewhere. Allocates a copy.
    void read(ByteBuffer file) {
        byte[] copy = new byte[file.limit()];
        file.get(0, copy);
        read(file, copy);
    }

    private void read(ByteBuffer file, byte[] bytes) {
        text = bytes;
        int end = file.limit();
        Arrays.fill(values, KeyedNumbers.ABSENT);
        int missing = expected;
        int line = 0;
        while (line < end && missing > 0) {
            int key = keyAt(line, end);
            if (key >= 0 && values[key] == KeyedNumbers.ABSENT) {
                values[key] = KeyedNumbers.number(file, line + keys[key].length, end);
                if (key < expected) missing--;
            }
            while (line < end && text[line] != '\n') line++;
            line++;
        }
        truncated = missing > 0 && end > 0 && text[end - 1] != '\n';
    }

    private int keyAt(int line, int end) {
        for (int i = 0; i < keys.length; i++) if (isKey(keys[i], line, end)) return i;
        return -1;
    }

    private boolean isKey(byte[] key, int line, int end) {
        if (text[line] != key[0] || end - line <= key.length) return false;
        for (int i = 1; i < key.length; i++) if (text[line + i] != key[i]) return false;
        return KeyedNumbers.isSpace(text[line + key.length]);
    }

    /// Returns the number of the key with this index, or [KeyedNumbers#ABSENT] or
    /// [KeyedNumbers#MALFORMED].
    long get(int index) {
        return values[index];
    }

    /// Returns the number as an amount of memory in bytes, or [KeyedNumbers#ABSENT].
    ///
    /// @param unit the unit of the number, in bytes
    /// @throws KernelReadException if no machine has so much memory, or the line is not complete
    long bytes(int index, long unit, Path file) throws KernelReadException {
        long value = values[index];
        if (value == KeyedNumbers.MALFORMED || (value == KeyedNumbers.ABSENT && truncated))
            throw new KernelReadException(
                    "%s has no complete %s"
                            .formatted(
                                    file,
                                    new String(keys[index], StandardCharsets.US_ASCII)
                                            .replace(":", "")));
        if (value > KeyedNumbers.MAX_BYTES / unit)
            throw new KernelReadException(
                    "%s is implausible: %s %d"
                            .formatted(
                                    file,
                                    new String(keys[index], StandardCharsets.US_ASCII),
                                    value));
        return value == KeyedNumbers.ABSENT ? value : value * unit;
    }

    /// Returns the same, or 0 if the number is absent.
    long bytesOrZero(int index, long unit, Path file) throws KernelReadException {
        return Math.max(0, bytes(index, unit, file));
    }

    /// Returns a number that is not an amount of memory, or 0 if it is absent.
    long orZero(int index) {
        return Math.max(0, values[index]);
    }
}
