/// Finds the cgroups of containers in the host's cgroup tree.
@NullMarked
package dev.elastigres.daemon.cgroup;

import org.jspecify.annotations.NullMarked;
