package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import org.junit.jupiter.api.Test;

/// Tests nodes that cannot change one resource of a pod: the static CPU and memory manager
/// policies, and swap. The other resource is scaled, and the status names the policy.
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

    private static final String SWAP = "memorySwap: {swapBehavior: LimitedSwap}\n";
    private static final String SWAP_ON =
            "dd if=/dev/zero of=/swap bs=1M count=32 && chmod 600 /swap && mkswap /swap && swapon /swap";
    private static final String SWAP_OFF = "swapoff /swap; rm -f /swap";

    private static final String BURSTABLE =
            "{requests: {cpu: 125m, memory: 128Mi}, limits: {cpu: 250m, memory: 256Mi}}";

    @Test
    void memoryChangesUnderTheStaticCpuManagerAndCpusWithSwap(VmCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        cluster.node().sh(SWAP_ON);
        var settings = KubeletSettings.apply(cluster, STATIC_CPUS + SWAP, "static", "None");
        try {
            AutoscalerManifest guaranteed =
                    AutoscalerManifest.create(cluster, namespace, "guaranteed", 4, "");
            AutoscalerManifest burstable =
                    AutoscalerManifest.create(cluster, namespace, "burstable", 4, "");
            LabPod first =
                    PostgresPods.start(cluster, namespace, "guaranteed", 5501, "250m", "256Mi");
            LabPod second = PostgresPods.start(cluster, namespace, "burstable", 5502, BURSTABLE);

            guaranteed.size(2);
            burstable.size(2);
            LabAwait.until("memory has grown", first::inForce, "250m/512Mi"::equals);
            awaitReason(guaranteed, "its node has the static CPU manager policy");
            LabAwait.until("CPUs have grown", second::inForce, "500m/256Mi"::equals);
            awaitReason(burstable, "its node has swap");
            assertThat(cluster.events(namespace)).contains("ResizeInfeasible");

            guaranteed.size(1);
            burstable.size(1);
            LabAwait.until("memory is small again", first::inForce, "250m/256Mi"::equals);
            LabAwait.until("CPUs are few again", second::inForce, "250m/256Mi"::equals);
            LabAwait.until("it is settled", () -> guaranteed.status(".state"), "Settled"::equals);
            LabAwait.until("it is settled", () -> burstable.status(".state"), "Settled"::equals);
            assertThat(first.restarts() + second.restarts()).isZero();
        } finally {
            settings.remove();
            cluster.node().sh(SWAP_OFF);
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
