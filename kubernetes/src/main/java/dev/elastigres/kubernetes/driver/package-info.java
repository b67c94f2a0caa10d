/// Discovers, observes and resizes pods.
@NullMarked
package dev.elastigres.kubernetes.driver;

import org.jspecify.annotations.NullMarked;
