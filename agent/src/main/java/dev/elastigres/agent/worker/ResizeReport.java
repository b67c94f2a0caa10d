package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Resources;
import java.time.Duration;

/// A call to a driver to resize a VM, after it ended.
///
/// @param from the VM's size before the call
/// @param to the requested size
/// @param took time from the start of the call until its outcome was known
public record ResizeReport(Resources from, Resources to, Duration took, ResizeOutcome outcome) {}
