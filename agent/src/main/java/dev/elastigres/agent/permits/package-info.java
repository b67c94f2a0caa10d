/// Permit sources: the scheduler and the host's own budget.
@NullMarked
package dev.elastigres.agent.permits;

import org.jspecify.annotations.NullMarked;
