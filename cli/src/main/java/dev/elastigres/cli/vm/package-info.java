/// The command `elastigres vm`, which manages virtual machines.
@NullMarked
package dev.elastigres.cli.vm;

import org.jspecify.annotations.NullMarked;
