/// Access checks: mutual TLS and bearer tokens, from files that may change while the daemon runs,
/// and allowed origins. TLS and token classes are loaded only if configured.
@NullMarked
package dev.elastigres.daemon.guard;

import org.jspecify.annotations.NullMarked;
