package dev.elastigres.vm.qemu;

import java.nio.file.Path;

/// The origin of a QEMU process's guest.
public sealed interface StartMode {
    /// Boots from the disk.
    record Boot() implements StartMode {}

    /// Receives the guest from another QEMU that still runs it.
    record IncomingMigration() implements StartMode {}

    /// Loads the guest from a file that another QEMU has written.
    record Restore(Path state) implements StartMode {}
}
