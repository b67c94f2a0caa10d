/// Which pods are scaled, and what was said of each.
@NullMarked
package dev.elastigres.kubernetes.targets;

import org.jspecify.annotations.NullMarked;
