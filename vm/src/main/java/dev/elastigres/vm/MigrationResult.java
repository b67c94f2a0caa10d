package dev.elastigres.vm;

import java.time.Duration;

/// The result of a completed live migration.
///
/// @param machine the VM in its new QEMU
/// @param total duration of the transfer
/// @param downtime time for which the guest was paused
public record MigrationResult(RunningVm machine, Duration total, Duration downtime) {}
