/// The custom resources PostgresAutoscaler and NodePlan, as defined in `deploy/kubernetes/crd.yaml`
/// and `deploy/kubernetes/nodeplan-crd.yaml`.
@NullMarked
package dev.elastigres.kubernetes.api;

import org.jspecify.annotations.NullMarked;
