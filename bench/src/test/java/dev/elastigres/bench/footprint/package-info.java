@NullMarked
package dev.elastigres.bench.footprint;

import org.jspecify.annotations.NullMarked;
