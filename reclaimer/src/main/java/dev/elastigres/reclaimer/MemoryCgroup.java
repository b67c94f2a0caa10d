package dev.elastigres.reclaimer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The memory of one cgroup v2. Of its files one is written: `memory.reclaim`.
record MemoryCgroup(Path folder) {
    private static final int MAX_SIZE = 64 * 1024;
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,18})\n?");
    private static final Pattern STALLED = Pattern.compile("(?m)^some .*\\btotal=(\\d{1,18})$");
    private static final String NO_SWAP = "0";

    Bytes usage() throws IOException {
        return Bytes.of(number("memory.current", NUMBER, true));
    }

    /// How long its processes have waited for memory in all; nothing where the kernel does not
    /// count it.
    Duration stalled() throws IOException {
        try {
            return Duration.of(number("memory.pressure", STALLED, false), ChronoUnit.MICROS);
        } catch (NoSuchFileException _) {
            return Duration.ZERO;
        }
    }

    /// Whether what is taken back may be written to swap, where the host has any: then it is not
    /// only page cache.
    boolean maySwap() throws IOException {
        try {
            return !text("memory.swap.max").strip().equals(NO_SWAP);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    boolean canReclaim() {
        return Files.exists(folder.resolve("memory.reclaim"));
    }

    /// Has the kernel take back so much, or as much of it as it can.
    ///
    /// @param withoutSwap whether the kernel is told to take page cache alone, which it knows from
    ///     version 6.8 on
    void reclaim(Bytes bytes, boolean withoutSwap) throws IOException {
        String order = bytes.value() + (withoutSwap ? " swappiness=0" : "") + "\n";
        try (var file =
                FileChannel.open(folder.resolve("memory.reclaim"), StandardOpenOption.WRITE)) {
            // What could not be taken back in full is answered by EAGAIN: nothing is written then,
            // and no exception comes of it.
            file.write(ByteBuffer.wrap(order.getBytes(US_ASCII)));
        }
    }

    private long number(String file, Pattern form, boolean whole) throws IOException {
        Matcher found = form.matcher(text(file));
        if (!(whole ? found.matches() : found.find()))
            throw new IOException(folder.resolve(file) + " does not say what it should");
        return Long.parseLong(found.group(1));
    }

    private String text(String file) throws IOException {
        try (var in = Files.newInputStream(folder.resolve(file))) {
            return new String(in.readNBytes(MAX_SIZE), US_ASCII);
        }
    }
}
