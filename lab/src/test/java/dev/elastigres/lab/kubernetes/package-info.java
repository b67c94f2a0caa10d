/// Pods on a real Kubernetes: its own API server, scheduler, kubelet and container runtime, with
/// the node in a VM; or a cluster that somebody has.
@NullMarked
package dev.elastigres.lab.kubernetes;

import org.jspecify.annotations.NullMarked;
