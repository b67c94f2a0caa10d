package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Some numbers of one of the kernel's files of `key value` lines, all found in one pass that ends
/// at the last of them. Reading allocates nothing; one thread owns it.
final class KeyedFigures {
    private final byte[][] keys;
    private final long[] values;

    /// Bytes of an array are far cheaper to look at, one by one, than those of a buffer.
    private final byte[] text;

    KeyedFigures(String... names) {
        this(new byte[PolledFile.MAX_SIZE], names);
    }

    /// @param text may be shared with others of the same thread
    KeyedFigures(byte[] text, String... names) {
        this.text = text;
        keys = Arrays.stream(names).map(KeyedNumbers::key).toArray(byte[][]::new);
        values = new long[names.length];
    }

    void read(ByteBuffer file) {
        int end = file.limit();
        file.get(0, text, 0, end);
        Arrays.fill(values, KeyedNumbers.ABSENT);
        int missing = keys.length;
        int line = 0;
        while (line < end && missing > 0) {
            int key = keyAt(line, end);
            if (key >= 0 && values[key] == KeyedNumbers.ABSENT) {
                values[key] = KeyedNumbers.number(file, line + keys[key].length, end);
                missing--;
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

    /// The same, where a figure that the kernel does not give counts for nothing.
    long orZero(int index) {
        return Math.max(0, values[index]);
    }
}
