/// Decides the size of one VM in the autoscaler-agent: when to ask each peer, when to resize, and
/// why.
///
/// [AgentDecision#after] takes one [State] and an event, and returns the next state and actions.
/// It expires what has timed out, applies the event, and then decides in this order: which size the
/// VM should have, whether to ask its monitor for a shrink, which permit to request, whether to
/// resize, and what to notify the monitor of. Each of these is a class of functions of the state.
@NullMarked
package dev.elastigres.core.agent;

import org.jspecify.annotations.NullMarked;
