/// The control channel into a guest: commands, files and CPUs over a virtio-serial port.
@NullMarked
package dev.elastigres.vm.guest;

import org.jspecify.annotations.NullMarked;
