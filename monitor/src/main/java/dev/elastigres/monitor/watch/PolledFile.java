package dev.elastigres.monitor.watch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A small file of the kernel's that is read again and again: opened once, one `pread` a time, no
/// allocation. Opens anew after reading failed.
final class PolledFile implements AutoCloseable {
    /// `memory.stat` has about 2 KiB, `meminfo` 1.5 KiB.
    static final int MAX_SIZE = 16 * 1024;

    private static final Duration PLACE_CHECK = Duration.ofMillis(500);

    private final Path path;
    private final ByteBuffer buffer;
    private final Duration placeCheck;
    private @Nullable FileChannel channel;
    private @Nullable Object identity;
    private long checkedAt;
    private int generation;

    /// A file with a path that may come to mean another file, as a cgroup made anew does. A removed
    /// file can still be read where it was open; that goes unnoticed for half a second at most.
    PolledFile(Path path) {
        this(path, newBuffer(), PLACE_CHECK);
    }

    private PolledFile(Path path, ByteBuffer buffer, Duration placeCheck) {
        this.path = path;
        this.buffer = buffer;
        this.placeCheck = placeCheck;
    }

    /// The same, with a buffer that all files of one thread share.
    static PolledFile sharing(Path path, Scratch scratch) {
        return new PolledFile(path, scratch.buffer(), PLACE_CHECK);
    }

    /// A file that can only vanish, such as a process' own.
    ///
    /// @param buffer may be shared with other files of the same thread
    static PolledFile fixed(Path path, ByteBuffer buffer) {
        return new PolledFile(path, buffer, Duration.ofNanos(Long.MAX_VALUE));
    }

    static ByteBuffer newBuffer() {
        return ByteBuffer.allocateDirect(MAX_SIZE);
    }

    Path path() {
        return path;
    }

    /// Counts how often the file was opened: figures of different generations belong to different
    /// files.
    int generation() {
        return generation;
    }

    /// What the file holds now, from position 0 to the limit; valid until the buffer is used again.
    ByteBuffer read(long nanoTime) throws UnreadableException {
        return read(nanoTime, false);
    }

    /// Like [#read], for the files that the kernel gives out a page at a time.
    ByteBuffer readPages(long nanoTime) throws UnreadableException {
        return read(nanoTime, true);
    }

    private ByteBuffer read(long nanoTime, boolean pages) throws UnreadableException {
        try {
            FileChannel open = open(nanoTime);
            buffer.clear();
            int count = open.read(buffer, 0);
            while (pages && count > 0) count = open.read(buffer, buffer.position());
            if (!buffer.hasRemaining())
                throw new UnreadableException(path + " has more than " + MAX_SIZE + " bytes");
            return buffer.flip();
        } catch (IOException e) {
            close();
            throw new UnreadableException("cannot read " + path + ": " + reason(e), e);
        }
    }

    private FileChannel open(long nanoTime) throws IOException {
        FileChannel current = channel;
        if (current != null && nanoTime - checkedAt >= placeCheck.toNanos()) {
            checkedAt = nanoTime;
            if (!identify().equals(identity)) {
                close();
                current = null;
            }
        }
        if (current == null) {
            // Before it is opened: what comes in between then differs at the next check.
            identity = identify();
            current = FileChannel.open(path, StandardOpenOption.READ);
            channel = current;
            checkedAt = nanoTime;
            generation++;
        }
        return current;
    }

    private Object identify() throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path : key;
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        try {
            if (open != null) open.close();
        } catch (IOException _) {
            // Only read from: nothing can be lost.
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException fse when fse.getReason() != null -> fse.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
