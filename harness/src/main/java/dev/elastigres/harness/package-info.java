/// What the commands share: the monitor as a process of its own, its pages, and an orderly end of
/// this process.
@NullMarked
package dev.elastigres.harness;

import org.jspecify.annotations.NullMarked;
