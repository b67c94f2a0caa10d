/// JSON documents as values, parsed strictly and within limits.
@NullMarked
package dev.elastigres.protocol.json;

import org.jspecify.annotations.NullMarked;
