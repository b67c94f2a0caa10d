package dev.elastigres.kubernetes.targets;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/// Pods and objects in the form in which users and the kubelet write them.
final class TestPods {
    private static final KubernetesSerialization READER = new KubernetesSerialization();

    private TestPods() {}

    /// Returns a running pod with a container `postgres` and its limits.
    ///
    /// @param metadata further metadata, as YAML in one line
    static Pod running(String namespace, String name, String metadata) {
        return pod(
                namespace,
                name,
                metadata,
                "{name: postgres, image: none, resources: {limits: {cpu: 500m, memory: 2Gi}}}",
                "{name: postgres, image: none, imageID: none, ready: true, restartCount: 0,"
                        + " containerID: 'containerd://1', state: {running: {}}}");
    }

    static Pod pod(
            String namespace, String name, String metadata, String container, String status) {
        return READER.unmarshal(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, uid: uid-%s, %s}
                spec: {nodeName: one, containers: [%s]}
                status: {phase: Running, containerStatuses: [%s]}
                """
                        .formatted(name, namespace, name, metadata, container, status),
                Pod.class);
    }

    /// @param spec the spec, as YAML in one line
    static PostgresAutoscaler object(String namespace, String name, String spec) {
        return READER.unmarshal(
                """
                apiVersion: elastigres.dev/v1alpha1
                kind: PostgresAutoscaler
                metadata: {name: %s, namespace: %s}
                spec: %s
                """
                        .formatted(name, namespace, spec),
                PostgresAutoscaler.class);
    }
}
