package dev.elastigres.vm.state;

import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Locks on files, against other processes and against other threads of this one. The kernel gives
/// a dead process's locks back. There must be one of these in a process: to Linux all its threads
/// are one owner, and closing any handle of a locked file frees the lock, so threads have to be
/// kept apart before a file is opened.
public final class FileLocks {
    private static final Duration PAUSE = Duration.ofMillis(25);

    private final Set<Path> held = ConcurrentHashMap.newKeySet();

    public FileLocks() {}

    /// A lock that is held until it is closed.
    public final class FileLockHandle implements AutoCloseable {
        private final Path file;
        private final FileChannel channel;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private FileLockHandle(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        /// A second time it does nothing: the lock may be somebody else's by then.
        @Override
        public void close() {
            if (!open.compareAndSet(true, false)) return;
            try {
                channel.close();
            } catch (IOException _) {
                // The kernel has freed it all the same.
            } finally {
                held.remove(file);
            }
        }
    }

    /// Waits for the lock.
    /// @param purpose what it is taken for, told to whoever waits in vain
    public FileLockHandle lock(Path file, String purpose, Duration within)
            throws VmException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            Optional<FileLockHandle> got = tryLock(file, purpose);
            if (got.isPresent()) return got.get();
            if (System.nanoTime() - deadline > 0) {
                throw new VmException.Busy(
                        "busy with `%s`; try again when that is done".formatted(holder(file)));
            }
            Thread.sleep(PAUSE);
        }
    }

    /// The lock, if nobody has it. The file is made when it is absent, its folder is not.
    public Optional<FileLockHandle> tryLock(Path file, String purpose) throws VmException {
        Path key = file.toAbsolutePath().normalize();
        if (!held.add(key)) return Optional.empty();
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(key, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            if (!locked) return Optional.empty();
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(purpose.getBytes(StandardCharsets.UTF_8)));
            return Optional.of(new FileLockHandle(key, channel));
        } catch (IOException e) {
            locked = false;
            throw new VmException.Failed("cannot lock " + file, e);
        } finally {
            if (!locked) giveUp(key, channel);
        }
    }

    /// The handle goes first: closing it after somebody else's lock would free that one.
    private void giveUp(Path key, @Nullable FileChannel channel) {
        try {
            if (channel != null) channel.close();
        } catch (IOException _) {
            // It was not locked.
        } finally {
            held.remove(key);
        }
    }

    private static String holder(Path file) {
        try {
            String said = Files.readString(file);
            // Between taking a lock and saying what for, nothing is said.
            if (!said.isBlank()) return said;
        } catch (IOException _) {
            // It has just gone.
        }
        return "another command";
    }
}
