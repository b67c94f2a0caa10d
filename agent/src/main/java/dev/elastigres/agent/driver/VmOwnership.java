package dev.elastigres.agent.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.log.CauseChain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Tracks the VMs that this agent may change. Each VM has one agent at a time, which holds a file
/// lock. The kernel releases the locks of a process that has ended, so another agent can take over
/// at once.
///
/// Not thread-safe, except for [#close].
public final class VmOwnership implements AutoCloseable {
    private static final int MAX_NAMED = 5;

    /// Description of this agent; empty if it needs no locks.
    private final Optional<String> owner;

    /// By name.
    private final Map<String, OwnedVm> owned = new HashMap<>();

    /// @param lock open while the VM is owned
    private record OwnedVm(String life, FileChannel lock) {}

    private VmOwnership(Optional<String> owner) {
        this.owner = owner;
    }

    /// @param owner description of this agent for other agents, one clause
    public static VmOwnership of(String owner) {
        return new VmOwnership(Optional.of(owner));
    }

    /// Returns an instance without locks, for an agent that changes nothing.
    public static VmOwnership none() {
        return new VmOwnership(Optional.empty());
    }

    /// Tries to take the ownership of a VM.
    ///
    /// @param lock the file that every agent on this host locks for this VM
    /// @return the description of the agent that owns the VM; empty if this agent owns it
    public synchronized Optional<String> take(String name, String life, Path lock)
            throws DriverException.Failed {
        if (owner.isEmpty()) return Optional.empty();
        OwnedVm before = owned.get(name);
        if (before != null && before.life.equals(life)) return Optional.empty();
        // The restarted VM may have another lock file.
        if (before != null) release(name);
        try {
            Files.createDirectories(lock.toAbsolutePath().getParent());
            Optional<FileChannel> locked = lock(lock, owner.get());
            if (locked.isEmpty()) return Optional.of(holder(lock));
            owned.put(name, new OwnedVm(life, locked.get()));
            return Optional.empty();
        } catch (IOException e) {
            throw new DriverException.Failed(
                    "cannot lock %s for %s: %s".formatted(lock, name, CauseChain.chain(e)));
        }
    }

    private static Optional<FileChannel> lock(Path file, String owner) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
            if (!locked) return Optional.empty();
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(owner.getBytes(UTF_8)));
            return Optional.of(channel);
        } catch (OverlappingFileLockException _) {
            return Optional.empty(); // an agent in this process
        } finally {
            if (!locked) channel.close();
        }
    }

    private static String holder(Path file) {
        try {
            String said = Files.readString(file);
            // The file is empty between the locking and the writing of the description.
            if (!said.isBlank()) return said;
        } catch (IOException _) {
            // The file was removed meanwhile.
        }
        return "which does not describe itself";
    }

    /// Returns the problems for VMs that other agents own.
    ///
    /// @param others names of the VMs by the description of their agent
    public static List<String> problems(Map<String, List<String>> others) {
        return others.entrySet().stream()
                .map(it -> named(it.getValue()) + " by another agent, " + it.getKey())
                .toList();
    }

    private static String named(List<String> vms) {
        String names = vms.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
        int more = vms.size() - MAX_NAMED;
        return names
                + (more > 0 ? " and " + more + " more" : "")
                + (vms.size() == 1 ? " is scaled" : " are scaled");
    }

    /// Releases all VMs except `names`.
    public synchronized void keepOnly(Set<String> names) {
        for (String name : Set.copyOf(owned.keySet())) if (!names.contains(name)) release(name);
    }

    private void release(String name) {
        OwnedVm gone = owned.remove(name);
        if (gone == null) return;
        try {
            gone.lock.close();
        } catch (IOException _) {
            // The kernel releases the lock although closing failed.
        }
    }

    @Override
    public synchronized void close() {
        keepOnly(Set.of());
    }
}
