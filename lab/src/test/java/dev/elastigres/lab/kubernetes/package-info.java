/// Tests of pods on a real Kubernetes cluster: its own API server, scheduler, kubelet and
/// container runtime, with the node in a VM; or a cluster of the user's.
@NullMarked
package dev.elastigres.lab.kubernetes;

import org.jspecify.annotations.NullMarked;
