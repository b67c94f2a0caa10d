package dev.elastigres.distribution;

import dev.elastigres.host.file.FileTrees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Deletes old entries of a cache folder. Every change of a program makes a new entry of about
/// 70 MB, so only the most recently used ones are kept.
///
/// An entry is a file or folder that is never changed. It is not deleted while a program in it
/// runs, or within an hour of its last use, so that another process can copy it. Uses and deletions
/// exclude each other with a file lock.
///
/// @param cache the cache folder
/// @param prefix prefix of the entries' names
/// @param suffix suffix of the entries' names; empty for folders
record CacheRetention(Path cache, String prefix, String suffix) {
    /// Maximum number of entries, apart from those in use.
    static final int MAX_ENTRIES = 4;

    /// Minimum time since the last use.
    static final Duration MIN_AGE = Duration.ofHours(1);

    private static final String LOCK = ".retention.lock";

    /// Excludes threads of this process, which share its file locks.
    private static final ReentrantLock THREADS = new ReentrantLock();

    private record CacheEntry(Path path, Instant usedAt) {}

    /// Marks an entry as used now. Returns false if it does not exist.
    boolean use(Path entry) throws IOException {
        try (var _ = locked()) {
            if (!Files.exists(entry)) return false;
            // The last use is the time of the last change of the inode. The modification time
            // stays, because packages contain it.
            Files.setLastModifiedTime(entry, Files.getLastModifiedTime(entry));
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /// Deletes all but the most recently used entries.
    ///
    /// @param now the present time
    void prune(Instant now) throws IOException {
        var removed = new ArrayList<Path>();
        try (var _ = locked()) {
            List<Path> running = runningPrograms();
            for (CacheEntry entry : entries().stream().skip(MAX_ENTRIES).toList()) {
                // Processes have the real paths of their programs.
                Path real = entry.path.toRealPath();
                boolean isInUse =
                        entry.usedAt.plus(MIN_AGE).isAfter(now)
                                || running.stream().anyMatch(it -> it.startsWith(real));
                if (!isInUse) removed.add(moveAway(entry.path));
            }
        }
        // Deleting takes a while, and others need the lock.
        for (Path each : removed) FileTrees.delete(each);
    }

    /// Returns the entries, most recently used first.
    private List<CacheEntry> entries() throws IOException {
        var entries = new ArrayList<CacheEntry>();
        try (Stream<Path> all = Files.list(cache)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                String name = each.getFileName().toString();
                boolean isEntry =
                        name.startsWith(prefix)
                                && (suffix.isEmpty()
                                        ? Files.isDirectory(each)
                                        : name.endsWith(suffix));
                if (isEntry) entries.add(new CacheEntry(each, usedAt(each)));
            }
        }
        entries.sort(Comparator.comparing(CacheEntry::usedAt).reversed());
        return entries;
    }

    private static Instant usedAt(Path entry) throws IOException {
        return ((FileTime) Files.getAttribute(entry, "unix:ctime")).toInstant();
    }

    /// Renames an entry, so that no process finds a part of it.
    private Path moveAway(Path entry) throws IOException {
        Path trash = Files.createTempDirectory(cache, ".old-");
        Path moved = trash.resolve(entry.getFileName().toString());
        Files.move(entry, moved, StandardCopyOption.ATOMIC_MOVE);
        return trash;
    }

    /// Returns the executables of all processes of this user.
    private static List<Path> runningPrograms() {
        return ProcessHandle.allProcesses()
                .flatMap(it -> it.info().command().stream())
                .map(Path::of)
                .toList();
    }

    private AutoCloseableLock locked() throws IOException {
        THREADS.lock();
        try {
            var channel =
                    FileChannel.open(
                            cache.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            try {
                channel.lock();
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return () -> {
                try {
                    channel.close();
                } finally {
                    THREADS.unlock();
                }
            };
        } catch (IOException e) {
            THREADS.unlock();
            throw e;
        }
    }

    private interface AutoCloseableLock extends AutoCloseable {
        @Override
        void close() throws IOException;
    }
}
