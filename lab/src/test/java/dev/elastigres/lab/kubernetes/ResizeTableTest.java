package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import org.junit.jupiter.api.Test;

/// Tests what the kubelet does with each kind of resize, and how the agent reacts. The agent's
/// default headroom of a tenth stays free in all of these.
@InCluster
class ResizeTableTest {
    private static final String LIMITED = ".conditions[?(@.type==\"Limited\")].status";
    private static final String REQUESTS = "{.spec.containers[0].resources.requests";
    private static final String LIMIT = "{.status.containerStatuses[0].resources.limits";

    private static final long HELD_MEBIBYTES = 300;
    private static final long BUFFER_MEBIBYTES = 100;

    @Test
    void aBurstablePodKeepsTheRatioOfItsRequests(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "bursts", 4, "");
        String half = PostgresPods.size("125m", "128Mi");
        String whole = PostgresPods.size("250m", "256Mi");
        String resources = "{requests: %s, limits: %s}".formatted(half, whole);
        LabPod pod = PostgresPods.start(cluster, namespace, "bursts", 5450, resources);
        assertThat(pod.qualityOfService()).isEqualTo("Burstable");

        autoscaler.size(3);
        LabAwait.until("it has grown", pod::inForce, "750m/768Mi"::equals);
        assertThat(requests(pod)).isEqualTo("375m/384Mi");
        assertThat(pod.qualityOfService()).isEqualTo("Burstable");
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    @Test
    void fullNodeGivesItsRoomAndTheRestLater(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "waits", 6, "");
        LabPod pod = PostgresPods.start(cluster, namespace, "waits", 5451, "250m", "256Mi");
        try (var _ = PodReservation.leavingRoomFor(5, cluster, namespace)) {
            autoscaler.bounds(6, 6);
            LabAwait.until("it has what there is", () -> memory(pod), "1280Mi"::equals);
            LabAwait.until("it says so", () -> autoscaler.status(LIMITED), "True"::equals);
            assertThat(autoscaler.status(".why")).contains("headroom for urgent requests");
            assertThat(memory(pod)).isEqualTo("1280Mi");
        }
        LabAwait.until("it has the rest", pod::inForce, "1500m/1536Mi"::equals);
        LabAwait.until("it says so", () -> autoscaler.status(LIMITED), "False"::equals);
        assertThat(requests(pod)).isEqualTo("1500m/1536Mi");
        assertThat(pod.qualityOfService()).isEqualTo("Guaranteed");
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    @Test
    void podWaitsForCapacityHeldByAnother(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest one = AutoscalerManifest.create(cluster, namespace, "one", 5, "");
        AutoscalerManifest other = AutoscalerManifest.create(cluster, namespace, "other", 5, "");
        LabPod first = PostgresPods.start(cluster, namespace, "one", 5452, "250m", "256Mi");
        LabPod second = PostgresPods.start(cluster, namespace, "other", 5453, "250m", "256Mi");
        try (var _ = PodReservation.leavingRoomFor(6, cluster, namespace)) {
            one.size(5);
            LabAwait.until("one has all it wants", first::inForce, "1250m/1280Mi"::equals);
            other.size(5);
            LabAwait.until("the other must wait", () -> other.status(LIMITED), "True"::equals);
            assertThat(NodeAmounts.requested(cluster).fitsInto(NodeAmounts.allocatable(cluster)))
                    .isTrue();

            one.size(1);
            LabAwait.until("the other has it now", second::inForce, "1250m/1280Mi"::equals);
        }
        assertThat(first.inForce()).isEqualTo("250m/256Mi");
        assertThat(first.restarts()).isZero();
        assertThat(second.restarts()).isZero();
        cluster.delete(namespace);
    }

    @Test
    void podStaysAboveItsMemoryUse(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "uses", 4, "min: 4\n");
        LabPod pod = PostgresPods.start(cluster, namespace, "uses", 5454, "1", "1Gi");
        PodMemoryHolder held = PodMemoryHolder.in(cluster, pod, HELD_MEBIBYTES);

        autoscaler.size(1);
        LabAwait.until(
                "it is refused, and gets as small as it may",
                () -> {
                    assertThat(limit(cluster, pod))
                            .isGreaterThanOrEqualTo(held.mebibytes() + BUFFER_MEBIBYTES);
                    return cluster.events(namespace).contains("ResizeRefused")
                            && limit(cluster, pod) < 1024;
                },
                it -> it);
        assertThat(limit(cluster, pod)).isGreaterThanOrEqualTo(HELD_MEBIBYTES + BUFFER_MEBIBYTES);
        assertThat(pod.restarts()).isZero();

        held.end();
        LabAwait.until("it is small", pod::inForce, "250m/256Mi"::equals);
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    /// The agent trusts the node's capacity in the API server, and requests too much.
    @Test
    void takesBackResizeThatKubeletRejects(VmCluster cluster) throws Exception {
        InstalledDaemons installed = InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "dreams", 1, "");
        LabPod pod = PostgresPods.start(cluster, namespace, "dreams", 5455, "250m", "256Mi");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);

        NodeAmounts given = NodeAmounts.allocatable(cluster);
        autoscaler.size(given.units() + 1);
        LabAwait.until(
                "never", () -> overstatedEvents(pod, cluster), it -> it.contains("Infeasible"));
        LabAwait.until("it is put right", () -> NodeAmounts.allocatable(cluster), given::equals);
        LabAwait.until(
                "it asks for what there is, and has it",
                () -> pod.asked().equals(pod.inForce()) && !pod.inForce().equals("250m/256Mi"),
                it -> it);
        autoscaler.size(1);
        LabAwait.until("it is as it was", pod::inForce, "250m/256Mi"::equals);
        assertThat(pod.restarts()).isZero();
        // Other tests need an agent with the true capacity.
        LabAwait.until(
                "the agent has read the node again",
                () -> {
                    pod.touch();
                    return installed.budgetCpus();
                },
                cpus -> 0 < cpus && cpus * 1000 <= given.milliCpus());
        cluster.delete(namespace);
    }

    /// Overstates the node's capacity and returns the agent's events. The kubelet corrects the
    /// node's status, and an agent reads it at most twice a minute and only after a pod has
    /// changed.
    private static String overstatedEvents(LabPod pod, VmCluster cluster) throws Exception {
        NodeAmounts.overstate(cluster);
        pod.touch();
        return cluster.events(pod.namespace());
    }

    private static long limit(LabCluster cluster, LabPod pod) throws Exception {
        return Long.parseLong(cluster.cgroupFile(pod, "memory.max")) >> 20;
    }

    private static String requests(LabPod pod) throws Exception {
        return pod.get(REQUESTS + ".cpu}/" + REQUESTS + ".memory}");
    }

    private static String memory(LabPod pod) throws Exception {
        return pod.get(LIMIT + ".memory}");
    }
}
