/// The HTTP server with hand-made input, valid and hostile.
@NullMarked
package dev.elastigres.daemon.http;

import org.jspecify.annotations.NullMarked;
