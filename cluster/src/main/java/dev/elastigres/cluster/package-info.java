/// A real Kubernetes cluster on this machine: its control plane in processes, its nodes in VMs.
@NullMarked
package dev.elastigres.cluster;

import org.jspecify.annotations.NullMarked;
