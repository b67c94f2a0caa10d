/// Serves the permits of a [dev.elastigres.core.scheduler.PermitLedger] over v5.0 of the protocol
/// of agent and scheduler.
@NullMarked
package dev.elastigres.scheduler;

import org.jspecify.annotations.NullMarked;
