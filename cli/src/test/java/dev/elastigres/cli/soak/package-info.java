@NullMarked
package dev.elastigres.cli.soak;

import org.jspecify.annotations.NullMarked;
