/// Lines of text over a Unix socket, with a limit on their length.
@NullMarked
package dev.elastigres.vm.socket;

import org.jspecify.annotations.NullMarked;
