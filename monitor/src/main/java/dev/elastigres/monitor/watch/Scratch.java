package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;

/// Room to read the kernel's files into. All that one thread reads can share it: what was read is
/// understood before the next file is.
public final class Scratch {
    private final ByteBuffer buffer = PolledFile.newBuffer();
    private final byte[] text = new byte[PolledFile.MAX_SIZE];

    private Scratch() {}

    public static Scratch create() {
        return new Scratch();
    }

    ByteBuffer buffer() {
        return buffer;
    }

    byte[] text() {
        return text;
    }
}
