/// What can be done to a VM: start, stop, resize, move, save.
@NullMarked
package dev.elastigres.vm;

import org.jspecify.annotations.NullMarked;
