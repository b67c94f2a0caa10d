/// QEMU's machine protocol: commands, answers and events over a Unix socket.
@NullMarked
package dev.elastigres.vm.qmp;

import org.jspecify.annotations.NullMarked;
