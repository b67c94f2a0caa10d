package dev.elastigres.vm.state;

import java.nio.file.Path;

/// The folder of one QEMU process.
public record RunFolder(Path path) {
    /// Maximum number of concurrent sessions with the guest's agent.
    public static final int GUEST_PORTS = 8;

    /// Prefix of the folder's name, followed by the number of the incarnation.
    public static final String PREFIX = "run-";

    public int number() {
        return Integer.parseInt(path.getFileName().toString().substring(PREFIX.length()));
    }

    /// Returns the monitor socket for the holder of the VM's lock.
    public Path control() {
        return path.resolve("qmp");
    }

    /// Returns the monitor socket for queries without the lock.
    public Path lookout() {
        return path.resolve("look");
    }

    public Path console() {
        return path.resolve("console");
    }

    public Path guestPort(int number) {
        return path.resolve("guest" + number);
    }

    public Path guestPortLock(int number) {
        return path.resolve("guest" + number + ".lock");
    }

    /// Returns the socket at which a migration arrives.
    public Path arrival() {
        return path.resolve("arrival");
    }

    public Path pidFile() {
        return path.resolve("pid");
    }

    /// Returns the file with QEMU's exit code, which is written when QEMU has ended.
    public Path exitCode() {
        return path.resolve("exit");
    }
}
