/// What the commands share: the monitor as a process of its own, an agent's end of its socket, and
/// an orderly end of this process.
@NullMarked
package dev.elastigres.cli.process;

import org.jspecify.annotations.NullMarked;
