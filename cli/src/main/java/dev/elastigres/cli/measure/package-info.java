/// What every benchmark has, as a command.
@NullMarked
package dev.elastigres.cli.measure;

import org.jspecify.annotations.NullMarked;
