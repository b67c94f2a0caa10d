/// Ties the parts of one watched Postgres together: the loop that owns its state.
@NullMarked
package dev.elastigres.monitor.runner;

import org.jspecify.annotations.NullMarked;
