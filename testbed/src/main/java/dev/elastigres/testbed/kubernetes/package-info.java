/// A temporary Kubernetes control plane in a temporary folder. Its programs are the original ones,
/// built from source once.
@NullMarked
package dev.elastigres.testbed.kubernetes;

import org.jspecify.annotations.NullMarked;
