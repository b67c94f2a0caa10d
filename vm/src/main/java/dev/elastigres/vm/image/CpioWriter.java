package dev.elastigres.vm.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Writes a cpio archive in the "newc" format, which Linux unpacks as its initial root file system.
/// All times and owners are zero, so that equal contents result in equal archives.
final class CpioWriter {
    private static final int FOLDER = 0_040_000;
    private static final int FILE = 0_100_000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int entries;

    CpioWriter folder(String name) {
        return entry(name, FOLDER | 0_755, new byte[0]);
    }

    CpioWriter file(String name, boolean executable, byte[] content) {
        return entry(name, FILE | (executable ? 0_755 : 0_644), content);
    }

    byte[] finish() {
        entry("TRAILER!!!", 0, new byte[0]);
        return bytes.toByteArray();
    }

    private CpioWriter entry(String name, int mode, byte[] content) {
        entries++;
        byte[] path = (name + "\0").getBytes(StandardCharsets.UTF_8);
        int links = 1;
        int[] fields = {entries, mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, path.length, 0};
        var header = new StringBuilder("070701");
        for (int field : fields) header.append(String.format(Locale.ROOT, "%08X", field));
        bytes.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(path);
        pad();
        bytes.writeBytes(content);
        pad();
        return this;
    }

    /// Pads to a multiple of four bytes, at which headers and contents must begin.
    private void pad() {
        while (bytes.size() % 4 != 0) bytes.write(0);
    }
}
