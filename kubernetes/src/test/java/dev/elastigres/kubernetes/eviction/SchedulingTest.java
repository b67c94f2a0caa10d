package dev.elastigres.kubernetes.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulingTest {
    private static final KubernetesSerialization READER = new KubernetesSerialization();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    true  | {}                                                             | {}
                    false | {unschedulable: true}                                          | {}
                    false | {taints: [{key: db, value: big, effect: NoSchedule}]}          | {}
                    false | {taints: [{key: db, effect: NoExecute}]}                       | {}
                    true  | {taints: [{key: db, effect: PreferNoSchedule}]}                | {}
                    true  | {taints: [{key: db, value: big, effect: NoSchedule}]}          | {tolerations: [{operator: Exists}]}
                    true  | {taints: [{key: db, value: big, effect: NoSchedule}]}          | {tolerations: [{key: db, value: big}]}
                    true  | {taints: [{key: db, effect: NoSchedule}]}                      | {tolerations: [{key: db, operator: Exists, effect: NoSchedule}]}
                    false | {taints: [{key: db, value: big, effect: NoSchedule}]}          | {tolerations: [{key: db, value: small}]}
                    false | {taints: [{key: db, effect: NoSchedule}]}                      | {tolerations: [{key: db, operator: Exists, effect: NoExecute}]}
                    true  | {}                                                             | {nodeSelector: {zone: a}}
                    false | {}                                                             | {nodeSelector: {zone: b}}
                    true  | {}                                                             | {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}}}
                    true  | {}                                                             | {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [b]}]}, {matchExpressions: [{key: cores, operator: Gt, values: ['4']}]}]}}}}
                    false | {}                                                             | {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: cores, operator: Lt, values: ['8']}]}]}}}}
                    false | {}                                                             | {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [one]}]}]}}}}
                    true  | {}                                                             | {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: NotIn, values: [one]}]}]}}}}
                    false | {}                                                             | {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}]}}}}
                    """)
    void aNodeMayTakeAPod(boolean may, String node, String pod) {
        assertThat(NodeFit.mayTake(node(node), pod("pg", "{}", pod), List.of())).isEqualTo(may);
    }

    @Test
    void unreadyNodeFitsNoPod() {
        Node away = node("{}");
        away.getStatus().getConditions().getFirst().setStatus("Unknown");
        assertThat(NodeFit.mayTake(away, pod("pg", "{}", "{}"), List.of())).isFalse();
        away.getStatus().setConditions(List.of());
        assertThat(NodeFit.mayTake(away, pod("pg", "{}", "{}"), List.of())).isFalse();
    }

    @Test
    void podFitsOnlyNodesOfItsVolumes() {
        assertThat(NodeFit.mayTake(node("{}"), pod("pg", "{}", "{}"), List.of(volume("a"))))
                .isTrue();
        assertThat(
                        NodeFit.mayTake(
                                node("{}"),
                                pod("pg", "{}", "{}"),
                                List.of(volume("a"), volume("b"))))
                .isFalse();
    }

    @Test
    void roomExcludesRequestsOfOtherPods() {
        Pod two = requesting("two", "2", "2Gi");
        Pod over = requesting("over", "2", "2Gi");
        over.getStatus().setPhase("Succeeded");
        var needed = new Resources(2, Bytes.ofGibibytes(2));
        assertThat(NodeFit.hasRoom(node("{}"), needed, List.of(two, over))).isTrue();
        assertThat(NodeFit.hasRoom(node("{}"), needed, List.of(two, two))).isFalse();
        assertThat(
                        NodeFit.hasRoom(
                                node("{}"),
                                new Resources(2.001, Bytes.ofGibibytes(1)),
                                List.of(two)))
                .isFalse();
        // The node accepts at most three pods.
        Pod none = requesting("none", "0", "0");
        assertThat(NodeFit.hasRoom(node("{}"), Resources.ZERO, List.of(none, none, none)))
                .isFalse();
    }

    @Test
    void honorsPodAntiAffinity() {
        String apart =
                "{affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: ["
                        + "{topologyKey: zone, labelSelector: {matchLabels: {app: pg},"
                        + " matchExpressions: [{key: role, operator: NotIn, values: [pooler]}]}}]}}}";
        Pod one = pod("pg-0", "{app: pg}", apart);
        Pod other = pod("pg-1", "{app: pg}", "{}");
        Pod pooler = pod("pooler", "{app: pg, role: pooler}", "{}");
        Node node = node("{}");
        assertThat(NodeFit.areApart(node, one, List.of(pooler))).isTrue();
        assertThat(NodeFit.areApart(node, one, List.of(pooler, other))).isFalse();
        assertThat(NodeFit.areApart(node, one, List.of(one))).as("itself").isTrue();
        // Either of the two pods may have the anti-affinity.
        assertThat(NodeFit.areApart(node, other, List.of(one))).isFalse();
        Pod elsewhere = pod("pg-1", "{app: pg}", "{}");
        elsewhere.getMetadata().setNamespace("other");
        assertThat(NodeFit.areApart(node, one, List.of(elsewhere))).isTrue();
        Node without = node("{}");
        without.getMetadata().setLabels(null);
        assertThat(NodeFit.areApart(without, one, List.of(other))).isTrue();
    }

    private static Node node(String spec) {
        return READER.unmarshal(
                """
                apiVersion: v1
                kind: Node
                metadata: {name: two, labels: {zone: a, cores: '8'}}
                spec: %s
                status:
                  allocatable: {cpu: '4', memory: 4Gi, pods: '3'}
                  conditions: [{type: Ready, status: 'True'}]
                """
                        .formatted(spec),
                Node.class);
    }

    private static Pod pod(String name, String labels, String spec) {
        return READER.unmarshal(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, namespace: db, uid: uid-%1$s, labels: %2$s}
                spec: %3$s
                """
                        .formatted(name, labels, spec),
                Pod.class);
    }

    private static Pod requesting(String name, String cpu, String memory) {
        return READER.unmarshal(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, namespace: db, uid: uid-%1$s}
                spec:
                  containers: [{name: it, resources: {requests: {cpu: '%2$s', memory: '%3$s'}}}]
                status: {phase: Running}
                """
                        .formatted(name, cpu, memory),
                Pod.class);
    }

    private static PersistentVolume volume(String zone) {
        return READER.unmarshal(
                """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: volume}
                spec:
                  nodeAffinity:
                    required:
                      nodeSelectorTerms:
                      - matchExpressions: [{key: zone, operator: In, values: [%s]}]
                """
                        .formatted(zone),
                PersistentVolume.class);
    }
}
