/// The whole of it in real VMs: a real kernel, Postgres and monitor, and outside the agent, or a
/// small one that does as it is told.
@NullMarked
package dev.elastigres.lab;

import org.jspecify.annotations.NullMarked;
