/// `elastigres agent`: the daemon, and what a running one says.
@NullMarked
package dev.elastigres.cli.agent;

import org.jspecify.annotations.NullMarked;
