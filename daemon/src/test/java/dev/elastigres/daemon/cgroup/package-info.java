/// Trees of cgroups as kubelets make them, in folders.
@NullMarked
package dev.elastigres.daemon.cgroup;

import org.jspecify.annotations.NullMarked;
