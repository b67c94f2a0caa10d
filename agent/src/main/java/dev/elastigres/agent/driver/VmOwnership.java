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

/// Which VMs this agent may change: each has one agent at a time, which holds a lock. The kernel
/// gives back the locks of a process that has ended, so whoever waits takes over at once.
///
/// For one thread, save the closing.
public final class VmOwnership implements AutoCloseable {
    private static final int MAX_NAMED = 5;

    /// Empty for an agent that needs to own nothing.
    private final Optional<String> owner;

    /// By name.
    private final Map<String, OwnedVm> owned = new HashMap<>();

    /// @param lock open for as long as the VM is owned
    private record OwnedVm(String life, FileChannel lock) {}

    private VmOwnership(Optional<String> owner) {
        this.owner = owner;
    }

    /// @param owner what others are told of this agent, one clause
    public static VmOwnership of(String owner) {
        return new VmOwnership(Optional.of(owner));
    }

    /// For an agent that changes nothing, and so needs to own nothing.
    public static VmOwnership none() {
        return new VmOwnership(Optional.empty());
    }

    /// Takes a VM, unless it is taken.
    ///
    /// @param lock the file that every agent on this host locks for this VM
    /// @return who has it instead; empty when it is ours
    public synchronized Optional<String> take(String name, String life, Path lock)
            throws DriverException.Failed {
        if (owner.isEmpty()) return Optional.empty();
        OwnedVm before = owned.get(name);
        if (before != null && before.life.equals(life)) return Optional.empty();
        // Its file may be another one, too.
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
            // Between taking a lock and saying who did, nothing is said.
            if (!said.isBlank()) return said;
        } catch (IOException _) {
            // It has just gone.
        }
        return "which does not say more";
    }

    /// What there is to say of VMs that others have.
    ///
    /// @param others the names of their VMs, by what they say of themselves
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

    /// Gives up all others.
    public synchronized void keepOnly(Set<String> names) {
        for (String name : Set.copyOf(owned.keySet())) if (!names.contains(name)) release(name);
    }

    private void release(String name) {
        OwnedVm gone = owned.remove(name);
        if (gone == null) return;
        try {
            gone.lock.close();
        } catch (IOException _) {
            // The kernel has freed it all the same.
        }
    }

    @Override
    public synchronized void close() {
        keepOnly(Set.of());
    }
}
