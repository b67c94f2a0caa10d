/// `elastigres bench soak`: compresses hours of a monitor's operation into minutes.
@NullMarked
package dev.elastigres.bench.soak;

import org.jspecify.annotations.NullMarked;
