package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import org.junit.jupiter.api.Test;

/// Tests the behaviour of Kubernetes itself on which Elastigres relies.
@OnAnyNode
class BareResizeTest {
    private static final long MEBIBYTE = 1 << 20;

    @Test
    void aPatchIsInForceWithoutARestart(LabCluster cluster) throws Exception {
        String namespace = cluster.namespace();
        LabPod pod = PostgresPods.start(cluster, namespace, "grows", 5432, "250m", "256Mi");
        assertThat(pod.qualityOfService()).isEqualTo("Guaranteed");
        assertThat(cluster.cgroupFile(pod, "memory.max")).isEqualTo(bytes(256));
        String began = PostgresPods.sql(cluster, pod, "select pg_postmaster_start_time()");

        pod.resize("500m", "512Mi");
        LabAwait.until("the size is in force", pod::inForce, "500m/512Mi"::equals);
        assertThat(cluster.cgroupFile(pod, "memory.max")).isEqualTo(bytes(512));
        assertThat(cluster.cgroupFile(pod, "cpu.max")).isEqualTo("50000 100000");
        assertThat(pod.restarts()).isZero();
        assertThat(PostgresPods.sql(cluster, pod, "select pg_postmaster_start_time()"))
                .isEqualTo(began);
        cluster.delete(namespace);
    }

    /// Kubernetes does not take away memory that is in use.
    @Test
    void kubeletKeepsMemoryInUse(LabCluster cluster) throws Exception {
        String namespace = cluster.namespace();
        LabPod pod = PostgresPods.start(cluster, namespace, "used", 5434, "250m", "512Mi");
        PodMemoryHolder.in(cluster, pod, 200);
        pod.resize("250m", "128Mi");
        LabAwait.until(
                "it is an error", () -> pod.resizing("PodResizeInProgress"), "Error"::equals);
        assertThat(cluster.cgroupFile(pod, "memory.max")).isEqualTo(bytes(512));

        pod.resize("250m", "384Mi");
        LabAwait.until("what is possible is done", pod::inForce, "250m/384Mi"::equals);
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    @Test
    void kubeletDefersOrRejectsResizeBeyondNode(LabCluster cluster) throws Exception {
        String namespace = cluster.namespace();
        LabPod pod = PostgresPods.start(cluster, namespace, "wants", 5435, "250m", "256Mi");
        pod.resize("250m", "4000Gi");
        LabAwait.until("never", () -> pod.resizing("PodResizePending"), "Infeasible"::equals);
        try (var _ = PodReservation.leavingRoomFor(2, cluster, namespace)) {
            pod.resize("250m", "1Gi");
            LabAwait.until("not now", () -> pod.resizing("PodResizePending"), "Deferred"::equals);
            assertThat(pod.inForce()).isEqualTo("250m/256Mi");
        }
        LabAwait.until("now", pod::inForce, "250m/1Gi"::equals);
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    private static String bytes(long mebibytes) {
        return Long.toString(mebibytes * MEBIBYTE);
    }
}
