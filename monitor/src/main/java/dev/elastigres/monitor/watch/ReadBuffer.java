package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;

/// Room to read the kernel's files into. All that one thread reads can share it: what was read is
/// understood before the next file is. It grows to what the longest file needs.
public final class ReadBuffer {
    /// `memory.stat` has about 2 KiB, `meminfo` 1.5 KiB.
    private static final int FIRST_SIZE = 16 * 1024;

    /// No file that is looked at is longer: `stat` of a machine with thousands of interrupts has
    /// some 100 KiB.
    static final int MAX_SIZE = 16 << 20;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_SIZE);
    private byte[] text = new byte[FIRST_SIZE];

    private ReadBuffer() {}

    public static ReadBuffer create() {
        return new ReadBuffer();
    }

    /// The empty buffer.
    ByteBuffer clear() {
        return buffer.clear();
    }

    /// A larger buffer that begins with what the full one holds; the same one when it has all the
    /// room there may be.
    ByteBuffer grow() {
        if (buffer.capacity() >= MAX_SIZE) return buffer;
        ByteBuffer larger = ByteBuffer.allocateDirect(2 * buffer.capacity());
        buffer = larger.put(buffer.flip());
        return buffer;
    }

    /// What `file` holds up to its limit. Bytes of an array are far cheaper to look at, one by one,
    /// than those of a buffer.
    byte[] text(ByteBuffer file) {
        int size = file.limit();
        if (text.length < size) text = new byte[Math.max(size, 2 * text.length)];
        file.get(0, text, 0, size);
        return text;
    }
}
