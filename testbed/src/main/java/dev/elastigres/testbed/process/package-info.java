/// Runs other programs to their end, or for the lifetime of this process.
@NullMarked
package dev.elastigres.testbed.process;

import org.jspecify.annotations.NullMarked;
