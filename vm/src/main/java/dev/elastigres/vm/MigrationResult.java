package dev.elastigres.vm;

import java.time.Duration;

/// A live migration that is done.
/// @param machine the VM in its new QEMU
/// @param downtime for which the guest stood still
public record MigrationResult(RunningVm machine, Duration total, Duration downtime) {}
