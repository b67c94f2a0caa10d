/// The `elastigres` command.
@NullMarked
package dev.elastigres.cli;

import org.jspecify.annotations.NullMarked;
