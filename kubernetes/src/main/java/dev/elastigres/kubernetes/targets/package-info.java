/// Determines which pods are scaled, and their configuration.
@NullMarked
package dev.elastigres.kubernetes.targets;

import org.jspecify.annotations.NullMarked;
