/// Who says what a VM may have: the scheduler, or the host's own budget.
@NullMarked
package dev.elastigres.agent.permits;

import org.jspecify.annotations.NullMarked;
