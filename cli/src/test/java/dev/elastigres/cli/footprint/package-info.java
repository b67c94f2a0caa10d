@NullMarked
package dev.elastigres.cli.footprint;

import org.jspecify.annotations.NullMarked;
