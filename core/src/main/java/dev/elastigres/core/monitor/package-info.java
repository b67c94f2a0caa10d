/// Decides for one watched Postgres, in the monitor: when to request more memory or CPUs, whether
/// the VM may shrink, and what the cache of Postgres is fitted to.
///
/// [MonitorDecision] takes one [State] and an event, and returns the next state and actions. Each
/// kind of decision is a class of functions of the state.
@NullMarked
package dev.elastigres.core.monitor;

import org.jspecify.annotations.NullMarked;
