/// A structured log: one line an event, for people or for machines, written once where it is known.
@NullMarked
package dev.elastigres.daemon.log;

import org.jspecify.annotations.NullMarked;
