package dev.elastigres.controller.admission;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The workload that created a pod, and the pod's role in it.
///
/// @param name kind and name, such as `StatefulSet/pg`; for a ReplicaSet of a Deployment those of
///     the Deployment; empty for a pod without an owner
/// @param role role from a label, such as `replica`; empty if it is unknown
/// @param revision revision of the workload's template; empty if it is unknown
record Workload(String name, String role, String revision) {
    private static final String TEMPLATE_HASH = "pod-template-hash";
    private static final String CONTROLLER_REVISION = "controller-revision-hash";
    private static final String DEPLOYMENT = "Deployment/";
    private static final String STATEFUL_SET = "StatefulSet/";

    /// Labels with the role of an instance: of CloudNativePG, Zalando's operator, Crunchy's
    /// operator, KubeDB and Patroni.
    private static final List<String> ROLES =
            List.of(
                    "cnpg.io/instanceRole",
                    "spilo-role",
                    "postgres-operator.crunchydata.com/role",
                    "kubedb.com/role",
                    "role");

    static Workload of(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        if (labels == null) labels = Map.of();
        String hash = labels.getOrDefault(TEMPLATE_HASH, "");
        String revision = hash.isEmpty() ? labels.getOrDefault(CONTROLLER_REVISION, "") : hash;
        return new Workload(
                name(pod.getMetadata().getOwnerReferences(), hash), role(labels), revision);
    }

    private static String name(@Nullable List<OwnerReference> owners, String hash) {
        if (owners == null) return "";
        for (OwnerReference each : owners) {
            if (!Boolean.TRUE.equals(each.getController())) continue;
            String name = String.valueOf(each.getName());
            boolean isOfDeployment =
                    "ReplicaSet".equals(each.getKind())
                            && !hash.isEmpty()
                            && name.endsWith("-" + hash);
            return isOfDeployment
                    ? DEPLOYMENT + name.substring(0, name.length() - hash.length() - 1)
                    : each.getKind() + "/" + name;
        }
        return "";
    }

    private static String role(Map<String, String> labels) {
        for (String each : ROLES) {
            String role = labels.get(each);
            if (role != null) return role;
        }
        return "";
    }

    /// Returns whether a pod that replaces another one gets its name.
    boolean keepsNames() {
        return name.isEmpty() || name.startsWith(STATEFUL_SET);
    }

    boolean isDeployment() {
        return name.startsWith(DEPLOYMENT);
    }

    /// Returns whether a pod of `newer` can replace one of this workload and role. An unknown role
    /// matches every role.
    boolean canBeReplacedBy(Workload newer) {
        return name.equals(newer.name)
                && (role.isEmpty() || newer.role.isEmpty() || role.equals(newer.role));
    }
}
