/// What every benchmark has, as a command.
@NullMarked
package dev.elastigres.bench.measure;

import org.jspecify.annotations.NullMarked;
