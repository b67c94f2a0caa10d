/// A structured log: one line for each event, in a format for people or for programs.
@NullMarked
package dev.elastigres.daemon.log;

import org.jspecify.annotations.NullMarked;
