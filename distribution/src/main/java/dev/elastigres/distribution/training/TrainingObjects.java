package dev.elastigres.distribution.training;

import dev.elastigres.kubernetes.api.NodePlan;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;

/// The Kubernetes objects of a training run, with most fields that real ones have: a node, its plan
/// and two pods.
record TrainingObjects(KubernetesSerialization json) {
    static final String NODE = "node-1";

    private static final String SIZE = "{cpu: 250m, memory: 1Gi}";

    /// The pod has one unit, below the minimum of two, so it grows at once.
    private static final String PLAN_TEXT =
            """
            apiVersion: elastigres.dev/v1alpha1
            kind: NodePlan
            metadata:
              name: node-1
              uid: 00000009-0000-4000-8000-000000000000
              resourceVersion: "1"
              generation: 1
              ownerReferences:
              - {apiVersion: v1, kind: Node, name: node-1, uid: "8"}
              managedFields:
              - {manager: elastigres-controller, operation: Update, apiVersion: elastigres.dev/v1alpha1}
            spec:
              schemaVersion: 1
              targets:
              - namespace: db
                name: pg
                spec:
                  container: postgres
                  computeUnit: {cpu: 250m, memory: 1Gi}
                  min: 2
                  max: 4
                  mode: Auto
                  rules: {dampingWindow: 5m}
                  onNodeFull: wait
                pods:
                - {name: pg-0, uid: 00000001-0000-4000-8000-000000000000}
            """;

    private static final String NODE_TEXT =
            """
            apiVersion: v1
            kind: Node
            metadata: {name: node-1, uid: "8", labels: {kubernetes.io/os: linux}}
            status:
              allocatable: {cpu: "8", memory: 32Gi, pods: "110"}
              capacity: {cpu: "8", memory: 32Gi, pods: "110"}
              conditions: [{type: Ready, status: "True"}]
              nodeInfo: {kubeletVersion: v1.35.0}
            """;

    /// With the pod's name, number, labels, annotations and size.
    /// Inline, it would make its method longer than a screen.
    @SuppressWarnings("InlineFormatString")
    private static final String POD_TEMPLATE =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: %1$s
              namespace: db
              uid: 0000000%2$d-0000-4000-8000-000000000000
              resourceVersion: "1"
              generation: 1
              creationTimestamp: "2026-01-01T00:00:00Z"
              labels: %3$s
              annotations: %4$s
              ownerReferences:
              - {apiVersion: apps/v1, kind: StatefulSet, name: pg, uid: "1", controller: true}
              managedFields:
              - manager: kubelet
                operation: Update
                apiVersion: v1
                fieldsType: FieldsV1
                fieldsV1: {"f:status": {"f:podIP": {}}}
                subresource: status
                time: "2026-01-01T00:00:00Z"
            spec:
              nodeName: node-1
              restartPolicy: Always
              tolerations:
              - {key: node.kubernetes.io/not-ready, operator: Exists, tolerationSeconds: 300}
              volumes:
              - {name: data, emptyDir: {sizeLimit: 1Gi}}
              containers:
              - name: postgres
                image: postgres
                env: [{name: PGDATA, value: /data}]
                ports: [{containerPort: 5432, protocol: TCP}]
                readinessProbe: {tcpSocket: {port: 5432}}
                resizePolicy:
                - {resourceName: cpu, restartPolicy: NotRequired}
                - {resourceName: memory, restartPolicy: NotRequired}
                resources: {limits: %5$s, requests: %5$s}
                volumeMounts: [{name: data, mountPath: /data}]
            status:
              phase: Running
              qosClass: Guaranteed
              podIP: 127.0.0.1
              podIPs: [{ip: 127.0.0.1}]
              startTime: "2026-01-01T00:00:00Z"
              conditions:
              - {type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}
              containerStatuses:
              - name: postgres
                image: postgres
                imageID: none
                containerID: containerd://%2$d
                ready: true
                started: true
                restartCount: 0
                resources: {limits: %5$s, requests: %5$s}
                state: {running: {startedAt: "2026-01-01T00:00:00Z"}}
            """;

    Node node() {
        return json.unmarshal(NODE_TEXT, Node.class);
    }

    NodePlan plan() {
        return json.unmarshal(PLAN_TEXT, NodePlan.class);
    }

    /// The pod that the plan selects, and one that is scaled by its annotations.
    List<Pod> pods() {
        return List.of(
                pod(1, "pg-0", "{app: pg}", "{}"),
                pod(
                        2,
                        "pg-1",
                        "{app: other}",
                        "{elastigres.dev/mode: Recommend, elastigres.dev/max: '4'}"));
    }

    private Pod pod(int number, String name, String labels, String annotations) {
        return json.unmarshal(podText(number, name, labels, annotations), Pod.class);
    }

    private static String podText(int number, String name, String labels, String annotations) {
        return POD_TEMPLATE.formatted(name, number, labels, annotations, SIZE);
    }
}
