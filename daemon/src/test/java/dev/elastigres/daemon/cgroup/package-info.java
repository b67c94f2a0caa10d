/// Finds containers in directory trees that imitate those of kubelets.
@NullMarked
package dev.elastigres.daemon.cgroup;

import org.jspecify.annotations.NullMarked;
