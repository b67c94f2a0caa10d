/// External programs: finding them, and running them with limits on time and output.
@NullMarked
package dev.elastigres.host.process;

import org.jspecify.annotations.NullMarked;
