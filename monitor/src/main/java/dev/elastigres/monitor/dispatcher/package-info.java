/// Speaks the protocol with one agent at a time: handshake, messages in and out, ids.
@NullMarked
package dev.elastigres.monitor.dispatcher;

import org.jspecify.annotations.NullMarked;
