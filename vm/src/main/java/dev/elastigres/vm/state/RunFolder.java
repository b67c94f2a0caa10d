package dev.elastigres.vm.state;

import java.nio.file.Path;

/// What belongs to one QEMU process.
public record RunFolder(Path path) {
    /// Sessions with the guest's agent at the same time.
    public static final int GUEST_PORTS = 8;

    /// Its name is this, followed by the incarnation's number.
    public static final String PREFIX = "run-";

    public int number() {
        return Integer.parseInt(path.getFileName().toString().substring(PREFIX.length()));
    }

    /// The monitor of whoever holds the VM's lock.
    public Path control() {
        return path.resolve("qmp");
    }

    /// The monitor of those who only look.
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

    /// Where a migration arrives.
    public Path arrival() {
        return path.resolve("arrival");
    }

    public Path pidFile() {
        return path.resolve("pid");
    }

    /// Written when QEMU has ended.
    public Path exitCode() {
        return path.resolve("exit");
    }
}
