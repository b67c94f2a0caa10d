/// The command `elastigres simulate`: the agent's core in virtual time.
@NullMarked
package dev.elastigres.cli.simulate;

import org.jspecify.annotations.NullMarked;
