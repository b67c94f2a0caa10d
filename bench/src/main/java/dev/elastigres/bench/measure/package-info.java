/// The common parts of all benchmark commands.
@NullMarked
package dev.elastigres.bench.measure;

import org.jspecify.annotations.NullMarked;
