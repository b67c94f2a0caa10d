@NullMarked
package dev.elastigres.bench.soak;

import org.jspecify.annotations.NullMarked;
