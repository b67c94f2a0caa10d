/// JSON documents as values, read strictly and within limits.
@NullMarked
package dev.elastigres.protocol.json;

import org.jspecify.annotations.NullMarked;
