/// Other programs: whether they are there, and running them with a limit on time and output.
@NullMarked
package dev.elastigres.vm.process;

import org.jspecify.annotations.NullMarked;
