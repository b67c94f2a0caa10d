package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;

/// A buffer to read kernel files into, shared by all reads of one thread: each file is parsed
/// before the next is read. It grows to the size of the longest file.
public final class ReadBuffer {
    /// `memory.stat` has about 2 KiB, `meminfo` 1.5 KiB.
    private static final int FIRST_SIZE = 16 * 1024;

    /// Maximum size, larger than all files that are read: `stat` of a machine with thousands of
    /// interrupts has about 100 KiB.
    static final int MAX_SIZE = 16 << 20;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_SIZE);
    private byte[] text = new byte[FIRST_SIZE];

    private ReadBuffer() {}

    public static ReadBuffer create() {
        return new ReadBuffer();
    }

    /// Returns the emptied buffer.
    ByteBuffer clear() {
        return buffer.clear();
    }

    /// Returns a larger buffer with the content of the full one; the same buffer if it has the
    /// maximum size.
    ByteBuffer grow() {
        if (buffer.capacity() >= MAX_SIZE) return buffer;
        ByteBuffer larger = ByteBuffer.allocateDirect(2 * buffer.capacity());
        buffer = larger.put(buffer.flip());
        return buffer;
    }

    /// Returns the content of `file` up to its limit, as an array: single bytes of an array are
    /// read much faster than those of a direct buffer.
    byte[] text(ByteBuffer file) {
        int size = file.limit();
        if (text.length < size) text = new byte[Math.max(size, 2 * text.length)];
        file.get(0, text, 0, size);
        return text;
    }
}
