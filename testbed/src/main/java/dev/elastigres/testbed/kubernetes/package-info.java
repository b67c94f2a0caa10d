/// A real Kubernetes for a while: its own programs, built from source once, and a control plane of
/// them that lives in a temporary folder.
@NullMarked
package dev.elastigres.testbed.kubernetes;

import org.jspecify.annotations.NullMarked;
