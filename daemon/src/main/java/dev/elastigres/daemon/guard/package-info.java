/// Who may come in: mutual TLS and bearer tokens, from files that may change while the daemon
/// runs. Nothing of it is loaded where it is not asked for.
@NullMarked
package dev.elastigres.daemon.guard;

import org.jspecify.annotations.NullMarked;
