package dev.elastigres.kubernetes.targets;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherAutoscalerTest {
    private static final KubernetesSerialization READER = new KubernetesSerialization();

    private static Optional<OtherAutoscaler> horizontal(String target, String metric) {
        return OtherAutoscaler.horizontal(
                object(
                        """
                        {metadata: {name: web}, spec: {scaleTargetRef: %s, maxReplicas: 5, metrics: [%s]}}
                        """
                                .formatted(target, metric)));
    }

    private static Optional<OtherAutoscaler> vertical(String rest) {
        return OtherAutoscaler.vertical(
                object(
                        """
                        {metadata: {name: fit}, spec: {targetRef: {apiVersion: apps/v1, kind: StatefulSet, name: pg}%s}}
                        """
                                .formatted(rest)));
    }

    private static GenericKubernetesResource object(String yaml) {
        return READER.unmarshal("---\n" + yaml, GenericKubernetesResource.class);
    }

    private static Pod pod(String apiVersion, String kind, String owner) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("pg-0")
                .addToLabels("pod-template-hash", "6d4cf56db6")
                .addNewOwnerReference()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withName(owner)
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .build();
    }

    private static final Pod MEMBER = pod("apps/v1", "StatefulSet", "pg");
    private static final String SET = "{apiVersion: apps/v1, kind: StatefulSet, name: pg}";
    private static final String CPU =
            "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}";
    private static final String MEMORY = CPU.replace("cpu", "memory");

    @Test
    void utilizationDependsOnRequests() {
        assertThat(horizontal(SET, CPU + "," + MEMORY).orElseThrow().effect(MEMBER, "postgres"))
                .hasValue(
                        "the HorizontalPodAutoscaler web scales StatefulSet pg on the utilization of cpu and memory");
    }

    @Test
    void amountsAndOtherMetricsDoNot() {
        String amount =
                "{type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 1}}}";
        String connections =
                "{type: Pods, pods: {metric: {name: connections}, target: {type: AverageValue, averageValue: 9}}}";
        String disk = CPU.replace("cpu", "ephemeral-storage");
        assertThat(horizontal(SET, amount)).isEmpty();
        assertThat(horizontal(SET, connections)).isEmpty();
        assertThat(horizontal(SET, disk)).isEmpty();
        assertThat(horizontal(SET, "")).isEmpty();
        assertThat(OtherAutoscaler.horizontal(object("{metadata: {name: x}}"))).isEmpty();
        assertThat(OtherAutoscaler.horizontal(object("{metadata: {name: x}, spec: {metrics: 3}}")))
                .isEmpty();
    }

    @Test
    void ignoresMetricsOfOtherContainers() {
        String other =
                "{type: ContainerResource, containerResource: {name: cpu, container: proxy, target: {type: Utilization}}}";
        OtherAutoscaler found = horizontal(SET, other).orElseThrow();
        assertThat(found.effect(MEMBER, "postgres")).isEmpty();
        assertThat(found.effect(MEMBER, "proxy")).isPresent();
        OtherAutoscaler both = horizontal(SET, other + "," + MEMORY).orElseThrow();
        assertThat(both.effect(MEMBER, "postgres").orElseThrow()).endsWith("of memory");
        assertThat(both.effect(MEMBER, "proxy").orElseThrow()).endsWith("of cpu and memory");
    }

    @ParameterizedTest
    @CsvSource({
        "apps/v1, StatefulSet, pg, true",
        "apps/v1beta2, StatefulSet, pg, true",
        "'', StatefulSet, pg, true",
        "apps/v1, StatefulSet, pg2, false",
        "apps/v1, Deployment, pg, false",
        "example.com/v1, StatefulSet, pg, false"
    })
    void theWorkloadIsThatOfThePod(String apiVersion, String kind, String name, boolean isIts) {
        String target = "{apiVersion: '%s', kind: %s, name: %s}".formatted(apiVersion, kind, name);
        assertThat(horizontal(target, CPU).orElseThrow().effect(MEMBER, "postgres").isPresent())
                .isEqualTo(isIts);
    }

    @ParameterizedTest
    @CsvSource({
        "apps/v1, ReplicaSet, pg-6d4cf56db6, apps/v1, Deployment, pg, true",
        "apps/v1, ReplicaSet, pg-6d4cf56db6, apps/v1, ReplicaSet, pg-6d4cf56db6, true",
        "apps/v1, ReplicaSet, pg-other, apps/v1, Deployment, pg, false",
        "postgresql.cnpg.io/v1, Cluster, pg, postgresql.cnpg.io/v1, Cluster, pg, true"
    })
    void ownersOfAllKindsCount(
            String ownerVersion,
            String ownerKind,
            String owner,
            String apiVersion,
            String kind,
            String name,
            boolean isIts) {
        String target = "{apiVersion: '%s', kind: %s, name: %s}".formatted(apiVersion, kind, name);
        Pod pod = pod(ownerVersion, ownerKind, owner);
        assertThat(horizontal(target, CPU).orElseThrow().effect(pod, "postgres").isPresent())
                .isEqualTo(isIts);
    }

    @Test
    void aPodWithoutAnOwnerHasNone() {
        Pod bare = new PodBuilder().withNewMetadata().withName("pg").endMetadata().build();
        assertThat(horizontal(SET, CPU).orElseThrow().effect(bare, "postgres")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "'' | cpu and memory",
                "', updatePolicy: {updateMode: Auto}' | cpu and memory",
                "', updatePolicy: {updateMode: InPlaceOrRecreate}' | cpu and memory",
                "', updatePolicy: {updateMode: Off}' | none",
                "', updatePolicy: {updateMode: \"Off\"}' | none",
                "', updatePolicy: {updateMode: Initial}' | none",
                "', resourcePolicy: {containerPolicies: [{containerName: postgres, mode: \"Off\"}]}' | none",
                "', resourcePolicy: {containerPolicies: [{containerName: \"*\", mode: \"Off\"}]}' | none",
                "', resourcePolicy: {containerPolicies: [{containerName: \"*\", mode: \"Off\"}, {containerName: postgres}]}' | cpu and memory",
                "', resourcePolicy: {containerPolicies: [{containerName: postgres, controlledResources: [cpu]}]}' | cpu",
                "', resourcePolicy: {containerPolicies: [{containerName: proxy, mode: \"Off\"}]}' | cpu and memory"
            })
    void aVerticalOneActsWhereItChangesRunningPods(String rest, String resources) {
        Optional<String> effect = vertical(rest).flatMap(it -> it.effect(MEMBER, "postgres"));
        assertThat(effect)
                .isEqualTo(
                        Optional.ofNullable(resources)
                                .map(
                                        "the VerticalPodAutoscaler fit sets %s of StatefulSet pg"
                                                ::formatted));
    }
}
