/// The agent's platform on a Kubernetes node: its pods are the VMs.
@NullMarked
package dev.elastigres.kubernetes;

import org.jspecify.annotations.NullMarked;
