/// Switches the machine's CPUs on and off.
@NullMarked
package dev.elastigres.monitor.cpu;

import org.jspecify.annotations.NullMarked;
