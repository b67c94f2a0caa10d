package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.lab.LabAwait;
import org.junit.jupiter.api.Test;

/// Tests scaled Postgres pods with everything that users install.
@InCluster
class AutoscalingTest {
    /// Memory that a hungry query needs; its pod has 256 MiB.
    private static final int QUERY_MEBIBYTES = 500;

    @Test
    void aHungryQueryIsGivenMemoryInPlace(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler = AutoscalerManifest.create(cluster, namespace, "fed", 6, "");
        LabPod pod = PostgresPods.start(cluster, namespace, "fed", 5440, "250m", "256Mi");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);
        PodLoad load = PodLoad.begin(cluster, pod);

        PodLoad.hungry(cluster, pod, QUERY_MEBIBYTES);
        assertThat(mebibytes(pod)).isGreaterThanOrEqualTo(3 * 256);
        assertThat(pod.qualityOfService()).isEqualTo("Guaranteed");
        LabAwait.until("it is small again", pod::inForce, "250m/256Mi"::equals);

        load.stop();
        assertThat(pod.restarts()).isZero();
        assertThat(cluster.events(namespace)).contains("ElastigresResized");
        cluster.delete(namespace);
    }

    /// The counterpart of the test above.
    @Test
    void withoutAnAgentTheSameQueryIsKilled(LabCluster cluster) throws Exception {
        String namespace = cluster.namespace();
        LabPod pod = PostgresPods.start(cluster, namespace, "alone", 5441, "250m", "256Mi");
        assertThatThrownBy(() -> PodLoad.hungry(cluster, pod, QUERY_MEBIBYTES)).isNotNull();
        LabAwait.until("it was restarted", pod::restarts, restarts -> restarts > 0);
        cluster.delete(namespace);
    }

    @Test
    void aRecommendationChangesNothing(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(
                        cluster, namespace, "told", 4, "mode: Recommend\nmin: 2\n");
        LabPod pod = PostgresPods.start(cluster, namespace, "told", 5442, "250m", "256Mi");
        LabAwait.until(
                "a goal is shown", () -> autoscaler.status(".goal"), it -> it.contains("512"));
        assertThat(pod.inForce()).isEqualTo("250m/256Mi");
        assertThat(pod.get("{.spec.containers[0].resources.limits.memory}")).isEqualTo("256Mi");
        cluster.delete(namespace);
    }

    private static int mebibytes(LabPod pod) throws Exception {
        String limit = pod.get("{.status.containerStatuses[0].resources.limits.memory}");
        return limit.endsWith("Gi")
                ? 1024 * Integer.parseInt(limit.replace("Gi", ""))
                : Integer.parseInt(limit.replace("Mi", ""));
    }
}
