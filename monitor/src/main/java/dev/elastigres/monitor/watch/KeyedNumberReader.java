package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/// Some numbers of one of the kernel's files of `key value` lines, all found in one pass that ends
/// at the last of them. Reading allocates nothing; one thread at a time owns it.
final class KeyedNumberReader {
    private final byte[][] keys;
    private final long[] values;

    /// How many keys must be there: the rest are looked for until these are found.
    private final int expected;

    private byte[] text = new byte[0];

    KeyedNumberReader(String... names) {
        this(names, new String[0]);
    }

    private KeyedNumberReader(String[] names, String[] strangers) {
        keys =
                Stream.of(names, strangers)
                        .flatMap(Arrays::stream)
                        .map(KeyedNumbers::key)
                        .toArray(byte[][]::new);
        values = new long[keys.length];
        expected = names.length;
    }

    /// Also looks for keys that a file of another kind has, before or instead of those: their
    /// indexes follow.
    KeyedNumberReader orOf(String... strangers) {
        String[] names =
                Arrays.stream(keys)
                        .map(key -> new String(key, StandardCharsets.US_ASCII))
                        .toArray(String[]::new);
        return new KeyedNumberReader(names, strangers);
    }

    void read(ByteBuffer file, ReadBuffer scratch) {
        read(file, scratch.text(file));
    }

    /// A file that was read elsewhere.
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

    /// The number of the key with this index, or [KeyedNumbers#ABSENT].
    long get(int index) {
        return values[index];
    }

    /// The same as an amount of memory in bytes, or [KeyedNumbers#ABSENT].
    ///
    /// @param unit bytes that the number counts
    /// @throws UnreadableException when no machine has so much
    long bytes(int index, long unit, Path file) throws KernelReadException {
        long value = values[index];
        if (value > KeyedNumbers.MAX_BYTES / unit)
            throw new KernelReadException(
                    "%s is implausible: %s %d"
                            .formatted(
                                    file,
                                    new String(keys[index], StandardCharsets.US_ASCII),
                                    value));
        return value == KeyedNumbers.ABSENT ? value : value * unit;
    }

    /// The same, where a figure that the kernel does not give counts for nothing.
    long bytesOrZero(int index, long unit, Path file) throws KernelReadException {
        return Math.max(0, bytes(index, unit, file));
    }

    /// A number that is no amount of memory, where one that the kernel does not give counts for
    /// nothing.
    long orZero(int index) {
        return Math.max(0, values[index]);
    }
}
