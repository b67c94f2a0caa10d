/// One worker a VM: its inbox, its state, its peers.
@NullMarked
package dev.elastigres.agent.worker;

import org.jspecify.annotations.NullMarked;
