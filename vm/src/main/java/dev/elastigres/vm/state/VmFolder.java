package dev.elastigres.vm.state;

import java.nio.file.Path;

/// The folder of one VM.
public record VmFolder(Path path) {
    public Path spec() {
        return path.resolve("spec.json");
    }

    public Path run() {
        return path.resolve("run.json");
    }

    public Path lock() {
        return path.resolve("lock");
    }

    /// Returns the lock file that the agent holds while it scales the VM.
    public Path agentLock() {
        return path.resolve("agent.lock");
    }

    public Path disk() {
        return path.resolve("disk.qcow2");
    }

    public Path kernel() {
        return path.resolve("vmlinuz");
    }

    public Path initrd() {
        return path.resolve("initrd.img");
    }

    public Path consoleLog() {
        return path.resolve("console.log");
    }

    public Path qemuLog() {
        return path.resolve("qemu.log");
    }

    /// Returns the state of memory and devices of a VM that was restored from a snapshot and not
    /// yet started.
    public Path savedState() {
        return path.resolve("state");
    }

    /// Returns the file with the CPUs of the saved state.
    public Path savedCpus() {
        return path.resolve("state-cpus.json");
    }

    public RunFolder incarnation(int number) {
        return new RunFolder(path.resolve(RunFolder.PREFIX + number));
    }
}
