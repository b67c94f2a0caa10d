package dev.elastigres.vm.state;

import java.nio.file.Path;

/// Where things of one VM are.
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

    /// Held by the agent that scales the VM.
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

    /// The memory and devices of a VM that came from a snapshot and has not been started.
    public Path savedState() {
        return path.resolve("state");
    }

    /// The CPUs that it was saved with.
    public Path savedCpus() {
        return path.resolve("state-cpus.json");
    }

    public RunFolder incarnation(int number) {
        return new RunFolder(path.resolve(RunFolder.PREFIX + number));
    }
}
