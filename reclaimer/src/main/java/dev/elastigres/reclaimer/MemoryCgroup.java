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

/// The memory of one cgroup v2. The only file written is `memory.reclaim`.
record MemoryCgroup(Path folder) {
    private static final int MAX_SIZE = 64 * 1024;
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,18})\n?");
    private static final Pattern STALLED = Pattern.compile("(?m)^some .*\\btotal=(\\d{1,18})$");
    private static final String NO_SWAP = "0";

    /// Returns the memory usage, page cache included.
    Bytes usage() throws IOException {
        return Bytes.of(number("memory.current", NUMBER, true));
    }

    /// Returns the total time that some process of the cgroup waited for memory; zero if the kernel
    /// does not count it.
    Duration stalled() throws IOException {
        try {
            return Duration.of(number("memory.pressure", STALLED, false), ChronoUnit.MICROS);
        } catch (NoSuchFileException _) {
            return Duration.ZERO;
        }
    }

    /// Returns whether reclaimed memory may be written to swap, if the host has any. It is then not
    /// limited to page cache.
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

    /// Makes the kernel reclaim this much, or as much of it as it can.
    ///
    /// @param withoutSwap whether to reclaim page cache only, which kernels support from version
    ///     6.8 on
    void reclaim(Bytes bytes, boolean withoutSwap) throws IOException {
        String order = bytes.value() + (withoutSwap ? " swappiness=0" : "") + "\n";
        try (var file =
                FileChannel.open(folder.resolve("memory.reclaim"), StandardOpenOption.WRITE)) {
            // If less could be reclaimed, the kernel returns EAGAIN: nothing is written then, and
            // no exception is thrown.
            file.write(ByteBuffer.wrap(order.getBytes(US_ASCII)));
        }
    }

    private long number(String file, Pattern form, boolean whole) throws IOException {
        Matcher found = form.matcher(text(file));
        if (!(whole ? found.matches() : found.find()))
            throw new IOException(folder.resolve(file) + " has unexpected content");
        return Long.parseLong(found.group(1));
    }

    private String text(String file) throws IOException {
        try (var in = Files.newInputStream(folder.resolve(file))) {
            return new String(in.readNBytes(MAX_SIZE), US_ASCII);
        }
    }
}
