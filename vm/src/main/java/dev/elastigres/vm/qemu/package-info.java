/// QEMU as a process: its command line, its accelerator, its start and its end.
@NullMarked
package dev.elastigres.vm.qemu;

import org.jspecify.annotations.NullMarked;
