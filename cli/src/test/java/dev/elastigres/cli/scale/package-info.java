@NullMarked
package dev.elastigres.cli.scale;

import org.jspecify.annotations.NullMarked;
