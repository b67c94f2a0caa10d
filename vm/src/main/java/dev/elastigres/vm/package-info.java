/// Operations on VMs: start, stop, resize, migrate, save.
@NullMarked
package dev.elastigres.vm;

import org.jspecify.annotations.NullMarked;
