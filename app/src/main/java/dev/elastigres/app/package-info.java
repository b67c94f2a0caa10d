/// The developer's `elastigres` command.
@NullMarked
package dev.elastigres.app;

import org.jspecify.annotations.NullMarked;
