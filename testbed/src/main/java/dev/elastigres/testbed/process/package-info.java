/// Other programs: run to their end, or for as long as this process lives.
@NullMarked
package dev.elastigres.testbed.process;

import org.jspecify.annotations.NullMarked;
