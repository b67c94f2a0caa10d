/// Where the host's tree has the cgroups of containers.
@NullMarked
package dev.elastigres.daemon.cgroup;

import org.jspecify.annotations.NullMarked;
