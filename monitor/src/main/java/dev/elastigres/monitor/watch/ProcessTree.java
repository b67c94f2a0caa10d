package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Memory of a postmaster and all its descendants, used without a cgroup v2: the sum of their
/// anonymous memory, plus shared memory once.
///
/// All processes map the same shared buffers, and each counts the part that it touched. The largest
/// part is used as the total. It is a lower bound: together the processes touch at least as much as
/// one of them.
public final class ProcessTree implements MemorySource {
    /// Maximum number of processes; sampling more would be too expensive.
    private static final int MAX_PROCESSES = 10_000;

    private static final long KIBIBYTE = 1024;
    private static final byte[] ANONYMOUS = KeyedNumbers.key("RssAnon:");
    private static final byte[] SHARED = KeyedNumbers.key("RssShmem:");
    private static final byte[] STATE = KeyedNumbers.key("State:");

    private final Path procfs;
    private final Postmaster postmaster;
    private final Map<Long, TreeProcess> members = new HashMap<>();
    private @Nullable TreeProcess root;
    private int generation;

    // State of one sample.
    private final Deque<TreeProcess> unvisited = new ArrayDeque<>();
    private long mark;
    private long anonymous;
    private long shared;

    /// A process of the tree, with its files kept open. An open file belongs to that very process,
    /// and fails when the process has ended, even if its id is reused.
    private final class TreeProcess implements AutoCloseable {
        final Path folder;
        final PolledFile status;
        final PolledFile children;
        long mark;

        TreeProcess(long pid) {
            String name = Long.toString(pid);
            Path process = procfs.resolve(name);
            folder = process;
            status = PolledFile.fixed(process.resolve("status"));
            children = PolledFile.fixed(process.resolve("task").resolve(name).resolve("children"));
        }

        @Override
        public void close() {
            status.close();
            children.close();
        }
    }

    public ProcessTree(Path procfs, Postmaster postmaster) {
        this.procfs = procfs;
        this.postmaster = postmaster;
    }

    @Override
    public long read(long nanoTime, ReadBuffer scratch) throws KernelReadException {
        mark++;
        anonymous = 0;
        shared = 0;
        unvisited.clear();
        try {
            visit(root(), nanoTime, scratch);
            while (!unvisited.isEmpty()) {
                visitChild(unvisited.remove(), nanoTime, scratch);
                if (members.size() > MAX_PROCESSES)
                    throw new KernelReadException(
                            postmaster.description()
                                    + " has more than "
                                    + MAX_PROCESSES
                                    + " processes");
            }
        } catch (KernelReadException e) {
            forget();
            throw e;
        }
        members.values().removeIf(this::isGone);
        return (anonymous + shared) * KIBIBYTE;
    }

    private TreeProcess root() throws KernelReadException {
        TreeProcess known = root;
        if (known != null) return known;
        long pid = postmaster.pid();
        if (!Files.isDirectory(procfs.resolve(Long.toString(pid))))
            throw new KernelReadException(postmaster.description() + " is not running");
        var found = new TreeProcess(pid);
        members.put(pid, found);
        root = found;
        generation++;
        return found;
    }

    private void visit(TreeProcess process, long nanoTime, ReadBuffer scratch)
            throws KernelReadException {
        process.mark = mark;
        ByteBuffer text = process.status.read(nanoTime, scratch);
        anonymous += bytes(process, text, ANONYMOUS);
        shared = Math.max(shared, bytes(process, text, SHARED));
        plausible(process, anonymous);
        remember(process.children.readPages(nanoTime, scratch));
    }

    /// Returns the number after `key`, in KiB. A process that has ended has no memory, and no such
    /// line; for any other one, a missing line is an unknown amount.
    private static long bytes(TreeProcess process, ByteBuffer text, byte[] key)
            throws KernelReadException {
        long kibibytes = KeyedNumbers.find(text, key);
        if (kibibytes >= 0) return plausible(process, kibibytes);
        if (kibibytes == KeyedNumbers.ABSENT && hasEnded(text)) return 0;
        throw new KernelReadException(
                "%s has no complete %s"
                        .formatted(
                                process.status.path(),
                                new String(key, StandardCharsets.US_ASCII).replace(":", "")));
    }

    /// Returns whether the status is that of a zombie or of a dead process.
    private static boolean hasEnded(ByteBuffer status) {
        int at = KeyedNumbers.valueAt(status, STATE);
        return at >= 0 && (status.get(at) == 'Z' || status.get(at) == 'X');
    }

    private static long plausible(TreeProcess process, long kibibytes) throws KernelReadException {
        if (kibibytes > KeyedNumbers.MAX_BYTES / KIBIBYTE)
            throw new KernelReadException(
                    process.status.path() + " is implausible: " + kibibytes + " kB");
        return kibibytes;
    }

    /// Reads a child. If it ended meanwhile, its memory is gone too. If it exists and cannot be
    /// read, its memory is unknown, and so is the sum.
    private void visitChild(TreeProcess child, long nanoTime, ReadBuffer scratch)
            throws KernelReadException {
        try {
            visit(child, nanoTime, scratch);
        } catch (KernelReadException e) {
            if (Files.isDirectory(child.folder)) throw e;
            child.mark = 0;
        }
    }

    /// Parses process ids, each followed by a space.
    private void remember(ByteBuffer children) {
        long pid = 0;
        for (int i = 0; i < children.limit(); i++) {
            byte b = children.get(i);
            if (b >= '0' && b <= '9') {
                pid = pid * 10 + (b - '0');
            } else if (pid != 0) {
                unvisited.add(members.computeIfAbsent(pid, TreeProcess::new));
                pid = 0;
            }
        }
    }

    private boolean isGone(TreeProcess process) {
        if (process.mark == mark) return false;
        process.close();
        return true;
    }

    private void forget() {
        members.values().forEach(TreeProcess::close);
        members.clear();
        root = null;
    }

    @Override
    public long kernel() {
        return 0;
    }

    @Override
    public int generation() {
        return generation;
    }

    @Override
    public String description() {
        return "process tree of " + postmaster.description();
    }

    @Override
    public void close() {
        forget();
    }
}
