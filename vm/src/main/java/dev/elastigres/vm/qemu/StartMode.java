package dev.elastigres.vm.qemu;

import java.nio.file.Path;

/// Where a QEMU process gets its guest from.
public sealed interface StartMode {
    /// From the disk.
    record Boot() implements StartMode {}

    /// From another QEMU that is still running it.
    record IncomingMigration() implements StartMode {}

    /// From a file that another QEMU has left.
    record Restore(Path state) implements StartMode {}
}
