/// The custom resource PostgresAutoscaler, as defined in `deploy/kubernetes/crd.yaml`.
@NullMarked
package dev.elastigres.kubernetes.api;

import org.jspecify.annotations.NullMarked;
