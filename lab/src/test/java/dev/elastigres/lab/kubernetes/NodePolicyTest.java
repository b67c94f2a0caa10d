package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import org.junit.jupiter.api.Test;

/// Tests nodes that cannot change one resource of a pod: those with the static CPU or memory
/// manager policy. The other resource is scaled, and the status names the policy.
@InCluster
class NodePolicyTest {
    /// The policy needs CPUs that are reserved for the system.
    private static final String STATIC_CPUS =
            "cpuManagerPolicy: static\nsystemReserved: {cpu: 250m}\n";

    /// The reserved memory must equal the kubelet's eviction threshold.
    private static final String STATIC_MEMORY =
            """
            memoryManagerPolicy: Static
            reservedMemory: [{numaNode: 0, limits: {memory: 50Mi}}]
            """;

    @Test
    void memoryChangesUnderTheStaticCpuManager(VmCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        var settings = KubeletSettings.apply(cluster, STATIC_CPUS, "static", "None");
        try {
            AutoscalerManifest autoscaler =
                    AutoscalerManifest.create(cluster, namespace, "guaranteed", 4, "");
            LabPod pod =
                    PostgresPods.start(cluster, namespace, "guaranteed", 5501, "250m", "256Mi");

            autoscaler.size(2);
            LabAwait.until("memory has grown", pod::inForce, "250m/512Mi"::equals);
            awaitReason(autoscaler, "its node has the static CPU manager policy");
            assertThat(cluster.events(namespace)).contains("ResizeInfeasible");

            autoscaler.size(1);
            LabAwait.until("memory is small again", pod::inForce, "250m/256Mi"::equals);
            LabAwait.until("it is settled", () -> autoscaler.status(".state"), "Settled"::equals);
            assertThat(pod.restarts()).isZero();
        } finally {
            settings.remove();
        }
        cluster.delete(namespace);
    }

    @Test
    void cpusChangeUnderTheStaticMemoryManager(VmCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        var settings = KubeletSettings.apply(cluster, STATIC_MEMORY, "none", "Static");
        try {
            AutoscalerManifest autoscaler =
                    AutoscalerManifest.create(cluster, namespace, "pinned", 4, "");
            LabPod pod = PostgresPods.start(cluster, namespace, "pinned", 5503, "250m", "256Mi");

            autoscaler.size(2);
            LabAwait.until("CPUs have grown", pod::inForce, "500m/256Mi"::equals);
            awaitReason(autoscaler, "its node has the static memory manager policy");

            autoscaler.size(1);
            LabAwait.until("CPUs are few again", pod::inForce, "250m/256Mi"::equals);
            LabAwait.until("it is settled", () -> autoscaler.status(".state"), "Settled"::equals);
            assertThat(pod.restarts()).isZero();
        } finally {
            settings.remove();
        }
        cluster.delete(namespace);
    }

    private static void awaitReason(AutoscalerManifest autoscaler, String clause) throws Exception {
        LabAwait.until(
                "the reason names the policy",
                () -> autoscaler.status(".why"),
                why -> why.contains(clause));
        assertThat(autoscaler.status(".state")).isEqualTo("NotResizable");
    }
}
