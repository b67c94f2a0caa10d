/// What pods are told in events of Kubernetes.
@NullMarked
package dev.elastigres.kubernetes.events;

import org.jspecify.annotations.NullMarked;
