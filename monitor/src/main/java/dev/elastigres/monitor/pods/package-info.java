/// The watch list of a Kubernetes node: its containers and their cgroups.
@NullMarked
package dev.elastigres.monitor.pods;

import org.jspecify.annotations.NullMarked;
