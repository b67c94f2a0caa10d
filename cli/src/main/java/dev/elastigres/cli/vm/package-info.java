/// `elastigres vm`: virtual machines from the command line.
@NullMarked
package dev.elastigres.cli.vm;

import org.jspecify.annotations.NullMarked;
