package dev.elastigres.vm.qemu;

import java.nio.file.Path;

/// Where a QEMU process gets its guest from.
public sealed interface Beginning {
    /// From the disk.
    record Boot() implements Beginning {}

    /// From another QEMU that is still running it.
    record Arrival() implements Beginning {}

    /// From a file that another QEMU has left.
    record Restore(Path state) implements Beginning {}
}
