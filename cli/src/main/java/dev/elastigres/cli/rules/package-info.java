/// The options of all commands that make goals or decide by them.
@NullMarked
package dev.elastigres.cli.rules;

import org.jspecify.annotations.NullMarked;
