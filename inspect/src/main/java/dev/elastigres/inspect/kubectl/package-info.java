/// `elastigres kubectl`: the commands of the kubectl plugin, which query agents in a cluster.
@NullMarked
package dev.elastigres.inspect.kubectl;

import org.jspecify.annotations.NullMarked;
