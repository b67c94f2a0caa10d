/// Shared parts of the commands: the monitor as a separate process, readers of its pages, and an
/// orderly shutdown of this process.
@NullMarked
package dev.elastigres.harness;

import org.jspecify.annotations.NullMarked;
