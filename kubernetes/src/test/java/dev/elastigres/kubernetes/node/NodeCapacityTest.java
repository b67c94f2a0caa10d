package dev.elastigres.kubernetes.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.kubernetes.targets.TargetSource;
import dev.elastigres.kubernetes.targets.TestScaledPods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeCapacityTest {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private static final String RUNS =
            "{containerStatuses: [{name: postgres, containerID: 'containerd://ab',"
                    + " state: {running: {}}}]}";

    /// CPUs in thousandths and memory in MiB.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
                    {containers: [{name: a, R: {cpu: 500m, memory: 1Gi}}, {name: b, R: {cpu: 1}}]} | {} | 1500 | 1024
                    {containers: [{name: a}]} | {} | 0 | 0
                    {containers: [{name: a, R: {cpu: 1}}]} | {phase: Succeeded} | 0 | 0
                    {containers: [{name: a, R: {cpu: 1}}]} | {phase: Failed} | 0 | 0
                    {containers: [{name: a, R: {cpu: 1}}], overhead: {cpu: 100m, memory: 64Mi}} | {} | 1100 | 64
                    {initContainers: [{name: i, R: {cpu: 3, memory: 128Mi}}], containers: [{name: a, R: {cpu: 1, memory: 1Gi}}]} | {} | 3000 | 1024
                    {initContainers: [{name: s, restartPolicy: Always, R: {cpu: 200m}}, {name: i, R: {cpu: 500m}}], containers: [{name: a, R: {cpu: 100m}}]} | {} | 700 | 0
                    {initContainers: [{name: i, R: {cpu: 500m}}, {name: s, restartPolicy: Always, R: {cpu: 200m}}], containers: [{name: a, R: {cpu: 400m}}]} | {} | 600 | 0
                    {resources: {requests: {cpu: 2}}, containers: [{name: a, R: {cpu: 1, memory: 1Gi}}]} | {} | 2000 | 1024
                    {containers: [{name: a, R: {cpu: 1}}]} | {containerStatuses: [{name: a, allocatedResources: {cpu: 2}}]} | 2000 | 0
                    {containers: [{name: a, R: {cpu: 3}}]} | {containerStatuses: [{name: a, resources: {requests: {cpu: 2}}}]} | 3000 | 0
                    {containers: [{name: a, R: {cpu: 90}}]} | {containerStatuses: [{name: a, resources: {requests: {cpu: 2}}}], conditions: [{type: PodResizePending, status: "True", reason: Infeasible}]} | 2000 | 0
                    """)
    void computesPodRequestsLikeTheScheduler(String spec, String status, int milli, int mebibytes) {
        Pod pod = pod("p", spec, status);
        assertThat(PodRequests.of(pod))
                .isEqualTo(new Resources(milli / 1000.0, Bytes.ofMebibytes(mebibytes)));
    }

    @Test
    void capacityExcludesRequestsOfOtherPods() {
        var all = new Resources(8, Bytes.ofGibibytes(16));
        Pod scaled =
                pod(
                        "pg",
                        "{initContainers: [{name: s, restartPolicy: Always, R: {memory: 1Gi}}],"
                                + " containers: [{name: postgres, R: {cpu: 2, memory: 4Gi}},"
                                + " {name: exporter, R: {cpu: 500m}}]}",
                        RUNS);
        Pod other = pod("other", "{containers: [{name: a, R: {cpu: 1, memory: 2Gi}}]}", "{}");
        List<Pod> pods = List.of(scaled, other);
        assertThat(NodeCapacity.of(all, pods, chosen("pg", "uid-pg", ScalingMode.AUTO)))
                .isEqualTo(new Resources(6.5, Bytes.ofGibibytes(13)));
        Pod begins = pod("pg", "{containers: [{name: postgres, R: {cpu: 2}}]}", "{}");
        assertThat(NodeCapacity.of(all, List.of(begins), chosen("pg", "uid-pg", ScalingMode.AUTO)))
                .isEqualTo(new Resources(6, Bytes.ofGibibytes(16)));
        // A pod that only gets recommendations counts with its requests, and so does another pod of
        // the same name.
        var rest = new Resources(4.5, Bytes.ofGibibytes(9));
        assertThat(NodeCapacity.of(all, pods, chosen("pg", "uid-pg", ScalingMode.RECOMMEND)))
                .isEqualTo(rest);
        assertThat(NodeCapacity.of(all, pods, chosen("pg", "uid-old", ScalingMode.AUTO)))
                .isEqualTo(rest);
    }

    private static Map<PodName, ScaledPod> chosen(String pod, String uid, ScalingMode mode) {
        var name = new PodName("db", pod);
        return Map.of(
                name,
                TestScaledPods.of(
                        name, uid, ComputeUnit.DEFAULT, 4, mode, new TargetSource.Annotations()));
    }

    /// @param spec specification, in which `R: x` is short for `resources: {requests: x}`
    private static Pod pod(String name, String spec, String status) {
        String full = spec.replaceAll("R: (\\{[^}]*})", "resources: {requests: $1}");
        return JSON.unmarshal(
                """
                apiVersion: v1
                kind: Pod
                metadata: {namespace: db, name: %s, uid: uid-%s}
                spec: %s
                status: %s
                """
                        .formatted(name, name, full, status),
                Pod.class);
    }
}
