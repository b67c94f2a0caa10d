/// The agent's platform of QEMU machines on this host.
@NullMarked
package dev.elastigres.platform.vm;

import org.jspecify.annotations.NullMarked;
