/// Kubernetes events of pods.
@NullMarked
package dev.elastigres.kubernetes.events;

import org.jspecify.annotations.NullMarked;
