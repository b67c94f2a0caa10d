@NullMarked
package dev.elastigres.bench.scale;

import org.jspecify.annotations.NullMarked;
