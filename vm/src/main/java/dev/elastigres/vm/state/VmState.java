package dev.elastigres.vm.state;

import java.util.Optional;
import java.util.OptionalInt;

/// Whether a VM runs, as it truly is now.
public sealed interface VmState {
    /// What a shell says of a program that signal 9 has ended.
    int KILLED = 128 + 9;

    record Running(VmRun run) implements VmState {}

    /// It was never started, or ended in order.
    record Stopped() implements VmState {}

    /// It came from a snapshot and will go on from there.
    record Saved() implements VmState {}

    /// It ran and nobody stopped it.
    record Dead(String why) implements VmState {}

    /// What can be seen of a VM from outside.
    /// @param run what is written of its last start; empty after an orderly end
    /// @param exitCode of its QEMU, as the shell above it saw it
    /// @param lastWords the end of QEMU's own log, or nothing
    record VmEvidence(
            Optional<VmRun> run,
            boolean alive,
            boolean thisBoot,
            OptionalInt exitCode,
            String lastWords,
            boolean saved) {}

    static VmState from(VmEvidence traces) {
        if (traces.run().isEmpty()) return traces.saved() ? new Saved() : new Stopped();
        if (traces.alive()) return new Running(traces.run().get());
        if (!traces.thisBoot()) return new Dead("this machine was restarted while it ran");
        if (traces.exitCode().isEmpty()) return new Dead("its QEMU ended without a trace");
        int code = traces.exitCode().getAsInt();
        if (code == 0) return new Stopped();
        if (code == KILLED)
            return new Dead(
                    "its QEMU was killed by signal 9; if nobody did it, this host ran out of memory:"
                            + " `dmesg` tells");
        if (code > 128) return new Dead("its QEMU was killed by signal " + (code - 128));
        return new Dead(
                "its QEMU failed with code "
                        + code
                        + (traces.lastWords().isBlank() ? "" : ": " + traces.lastWords()));
    }

    /// One word for a table.
    default String title() {
        return switch (this) {
            case Running _ -> "running";
            case Stopped _ -> "stopped";
            case Saved _ -> "saved";
            case Dead _ -> "dead";
        };
    }
}
