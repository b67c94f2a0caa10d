/// The runner: the loop that owns the state of one watched Postgres and connects its parts.
@NullMarked
package dev.elastigres.monitor.runner;

import org.jspecify.annotations.NullMarked;
