package dev.elastigres.agent.driver;

import dev.elastigres.core.units.Resources;

/// The observed size of a VM.
///
/// @param size the current size
/// @param requested the size requested last, which the VM may still reach
public record ObservedSize(Resources size, Resources requested) {}
