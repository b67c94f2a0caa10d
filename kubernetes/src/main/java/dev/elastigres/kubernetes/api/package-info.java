/// The kind PostgresAutoscaler, as it is in `deploy/kubernetes/crd.yaml`.
@NullMarked
package dev.elastigres.kubernetes.api;

import org.jspecify.annotations.NullMarked;
