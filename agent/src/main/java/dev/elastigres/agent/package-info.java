/// autoscaler-agent: its settings, its wiring, and what it shows of itself.
@NullMarked
package dev.elastigres.agent;

import org.jspecify.annotations.NullMarked;
