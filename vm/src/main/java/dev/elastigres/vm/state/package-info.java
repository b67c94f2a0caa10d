/// The recorded state of each VM on this host, which stays correct after crashes and reboots.
@NullMarked
package dev.elastigres.vm.state;

import org.jspecify.annotations.NullMarked;
