/// The server side of the protocol with agents: handshake, incoming and outgoing messages, ids.
@NullMarked
package dev.elastigres.monitor.dispatcher;

import org.jspecify.annotations.NullMarked;
