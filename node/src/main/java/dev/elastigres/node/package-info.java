/// The daemons as one program, and the questions to a running agent.
@NullMarked
package dev.elastigres.node;

import org.jspecify.annotations.NullMarked;
