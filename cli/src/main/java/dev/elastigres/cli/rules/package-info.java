/// Options shared by all commands that compute goals or decide sizes.
@NullMarked
package dev.elastigres.cli.rules;

import org.jspecify.annotations.NullMarked;
