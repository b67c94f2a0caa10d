/// A real Kubernetes on this machine: its control plane beside us, its nodes in VMs.
@NullMarked
package dev.elastigres.cluster;

import org.jspecify.annotations.NullMarked;
