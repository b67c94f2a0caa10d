/// The commands for autoscale-scheduler: plan moves, and request a permit.
@NullMarked
package dev.elastigres.cli.scheduler;

import org.jspecify.annotations.NullMarked;
