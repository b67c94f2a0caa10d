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

/// A kernel file that is read repeatedly: opened once, then one `pread` each time, without
/// allocation. Reopened after a failed read.
final class PolledFile implements AutoCloseable {
    private static final Duration PLACE_CHECK = Duration.ofMillis(500);

    private final Path path;
    private final Duration placeCheck;
    private @Nullable FileChannel channel;
    private @Nullable Object identity;
    private long checkedAt;
    private int generation;

    /// Creates a file whose path may later refer to another file, as with a recreated cgroup. A
    /// removed file that is still open can still be read; this is noticed after at most half a
    /// second.
    PolledFile(Path path) {
        this(path, PLACE_CHECK);
    }

    private PolledFile(Path path, Duration placeCheck) {
        this.path = path;
        this.placeCheck = placeCheck;
    }

    /// Returns a file that can disappear but not be replaced, such as one of a process.
    static PolledFile fixed(Path path) {
        return new PolledFile(path, Duration.ofNanos(Long.MAX_VALUE));
    }

    Path path() {
        return path;
    }

    /// Returns how often the file was opened: figures of different generations belong to different
    /// files.
    int generation() {
        return generation;
    }

    /// Reads the whole file. Its content is between position 0 and the limit of the returned
    /// buffer, valid until the next use of `scratch`.
    ByteBuffer read(long nanoTime, ReadBuffer scratch) throws KernelReadException {
        return read(nanoTime, scratch, false);
    }

    /// Like [#read], for files that the kernel returns page by page.
    ByteBuffer readPages(long nanoTime, ReadBuffer scratch) throws KernelReadException {
        return read(nanoTime, scratch, true);
    }

    private ByteBuffer read(long nanoTime, ReadBuffer scratch, boolean pages)
            throws KernelReadException {
        try {
            FileChannel open = open(nanoTime);
            ByteBuffer buffer = scratch.clear();
            int count = open.read(buffer, 0);
            while (count > 0 && (pages || !buffer.hasRemaining())) {
                if (!buffer.hasRemaining()) buffer = scratch.grow();
                if (!buffer.hasRemaining())
                    throw new KernelReadException(
                            path + " has more than " + ReadBuffer.MAX_SIZE + " bytes");
                count = open.read(buffer, buffer.position());
            }
            return buffer.flip();
        } catch (IOException e) {
            close();
            throw new KernelReadException("cannot read " + path + ": " + reason(e), e);
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
            // Before opening it: a replacement in between is then found by the next check.
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
            // The file is only read, so that no data can be lost.
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
