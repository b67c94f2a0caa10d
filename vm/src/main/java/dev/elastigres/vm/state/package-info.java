/// What is known of each VM on this host, kept so that crashes and reboots cannot make it lie.
@NullMarked
package dev.elastigres.vm.state;

import org.jspecify.annotations.NullMarked;
