/// `elastigres top`: the agent's VMs in a terminal.
@NullMarked
package dev.elastigres.inspect.top;

import org.jspecify.annotations.NullMarked;
