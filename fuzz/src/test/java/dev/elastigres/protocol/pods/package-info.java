@NullMarked
package dev.elastigres.protocol.pods;

import org.jspecify.annotations.NullMarked;
