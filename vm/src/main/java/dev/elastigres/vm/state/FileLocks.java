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

/// File locks that exclude other processes and other threads of this process. The kernel releases
/// the locks of a process that ends. A process must use only one instance. In Linux all threads of
/// a process share their file locks, and closing any handle of a locked file releases the lock. The
/// instance therefore excludes threads before it opens a file.
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

        /// Releases the lock. Further calls have no effect, because another owner may hold the lock
        /// by then.
        @Override
        public void close() {
            if (!open.compareAndSet(true, false)) return;
            try {
                channel.close();
            } catch (IOException _) {
                // The kernel has released the lock in any case.
            } finally {
                held.remove(file);
            }
        }
    }

    /// Waits for the lock.
    ///
    /// @param file the lock file
    /// @param purpose purpose of the lock, shown to others that time out while waiting for it
    /// @param within timeout
    /// @throws VmException.Busy if another owner holds the lock until the timeout
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

    /// Returns the lock; empty if it is held. The file is created if it does not exist, but its
    /// folder is not.
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

    /// Closes the channel and releases the file for other threads, in this order. Closing it after
    /// another thread has locked the file would release that lock.
    private void giveUp(Path key, @Nullable FileChannel channel) {
        try {
            if (channel != null) channel.close();
        } catch (IOException _) {
            // The file was not locked.
        } finally {
            held.remove(key);
        }
    }

    private static String holder(Path file) {
        try {
            String said = Files.readString(file);
            // The file is empty between locking and writing the purpose.
            if (!said.isBlank()) return said;
        } catch (IOException _) {
            // The file was just deleted.
        }
        return "another command";
    }
}
