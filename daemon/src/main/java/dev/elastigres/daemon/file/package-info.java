/// Files that an operator names.
@NullMarked
package dev.elastigres.daemon.file;

import org.jspecify.annotations.NullMarked;
