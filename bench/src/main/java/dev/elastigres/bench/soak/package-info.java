/// `elastigres bench soak`: hours of a monitor's life in minutes.
@NullMarked
package dev.elastigres.bench.soak;

import org.jspecify.annotations.NullMarked;
