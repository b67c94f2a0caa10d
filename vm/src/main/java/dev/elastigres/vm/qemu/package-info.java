/// QEMU processes: their command line, accelerator, start and end.
@NullMarked
package dev.elastigres.vm.qemu;

import org.jspecify.annotations.NullMarked;
