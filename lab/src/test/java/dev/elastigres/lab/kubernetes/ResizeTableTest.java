package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.cli.cluster.PodImages;
import dev.elastigres.lab.Await;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the kubelet does to each kind of resize, and what the agent makes of that. Its default
/// headroom, a tenth, is left free in all of these.
@InCluster
class ResizeTableTest {
    private static final String LIMITED = ".conditions[?(@.type==\"Limited\")].status";
    private static final String REQUESTS = "{.spec.containers[0].resources.requests";
    private static final String LIMIT = "{.status.containerStatuses[0].resources.limits";

    /// Room for four units more than the pod begins with and the headroom, and not for five.
    private static final long ROOM_MEBIBYTES = 1650;

    private static final long HELD_MEBIBYTES = 300;
    private static final long BUFFER_MEBIBYTES = 100;

    /// What has no lines it keeps to the end.
    private static final String HOLD =
            "(head -c 300M /dev/zero; sleep 3600) 2> /dev/null < /dev/null | tail > /dev/null 2>&1 &";

    @Test
    void aBurstablePodKeepsTheRatioOfItsRequests(VmCluster cluster) throws Exception {
        Installed.in(cluster);
        String namespace = cluster.namespace();
        Autoscaler autoscaler = Autoscaler.create(cluster, namespace, "bursts", 4, "");
        String half = PostgresPods.size("125m", "128Mi");
        String whole = PostgresPods.size("250m", "256Mi");
        String resources = "{requests: %s, limits: %s}".formatted(half, whole);
        Pod pod = PostgresPods.start(cluster, namespace, "bursts", 5450, resources);
        assertThat(pod.qualityOfService()).isEqualTo("Burstable");

        autoscaler.bounds(3, 4);
        Await.until("it has grown", pod::inForce, "750m/768Mi"::equals);
        assertThat(requests(pod)).isEqualTo("375m/384Mi");
        assertThat(pod.qualityOfService()).isEqualTo("Burstable");
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    @Test
    void aFullNodeGivesWhatItHasAndTheRestWhenThereIsRoom(VmCluster cluster) throws Exception {
        Installed.in(cluster);
        String namespace = cluster.namespace();
        Autoscaler autoscaler = Autoscaler.create(cluster, namespace, "waits", 6, "");
        Pod pod = PostgresPods.start(cluster, namespace, "waits", 5451, "250m", "256Mi");
        long theirs = NodeAmounts.requested(cluster, "--namespace=elastigres").mebibytes();
        long taken = NodeAmounts.allocatable(cluster).mebibytes() - theirs - ROOM_MEBIBYTES;
        takeRoom(cluster, namespace, taken);
        try {
            growsToWhatThereIs(autoscaler, pod);
        } finally {
            // Else it would be missing for the tests after this one, too.
            cluster.kubectl().run("delete", "pod", "tenant", "--namespace=" + namespace);
        }
        Await.until("it has the rest", pod::inForce, "1500m/1536Mi"::equals);
        Await.until("it says so", () -> autoscaler.status(LIMITED), "False"::equals);
        assertThat(requests(pod)).isEqualTo("1500m/1536Mi");
        assertThat(pod.qualityOfService()).isEqualTo("Guaranteed");
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    private static void growsToWhatThereIs(Autoscaler autoscaler, Pod pod) throws Exception {
        autoscaler.bounds(6, 6);
        Await.until("it has what there is", () -> memory(pod), "1280Mi"::equals);
        Await.until("it says so", () -> autoscaler.status(LIMITED), "True"::equals);
        assertThat(autoscaler.status(".why")).contains("there is no room for more");
        assertThat(memory(pod)).isEqualTo("1280Mi");
    }

    /// Asks for memory that it does not use.
    private static void takeRoom(VmCluster cluster, String namespace, long mebibytes)
            throws Exception {
        cluster.kubectl()
                .apply(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: tenant, namespace: %s}
                        spec:
                          hostNetwork: true
                          terminationGracePeriodSeconds: 1
                          containers:
                          - name: tenant
                            image: %s
                            imagePullPolicy: Never
                            resources: {requests: {memory: %dMi}}
                        """
                                .formatted(namespace, PodImages.PAUSE, mebibytes));
        cluster.kubectl()
                .run(
                        "wait",
                        "--for=condition=Ready",
                        "pod/tenant",
                        "--namespace=" + namespace,
                        "--timeout=120s");
    }

    @Test
    void whatOnePodHasTheOtherWaitsFor(VmCluster cluster) throws Exception {
        Installed.in(cluster);
        String namespace = cluster.namespace();
        Autoscaler one = Autoscaler.create(cluster, namespace, "one", 6, "");
        Autoscaler other = Autoscaler.create(cluster, namespace, "other", 6, "");
        Pod first = PostgresPods.start(cluster, namespace, "one", 5452, "250m", "256Mi");
        Pod second = PostgresPods.start(cluster, namespace, "other", 5453, "250m", "256Mi");
        NodeAmounts all = NodeAmounts.allocatable(cluster);
        assertThat(2 * 6 * 250L).isGreaterThan(all.milliCpus());

        one.size(6);
        Await.until("one has all it wants", first::inForce, "1500m/1536Mi"::equals);
        other.size(6);
        Await.until("the other knows it must wait", () -> other.status(LIMITED), "True"::equals);
        assertThat(NodeAmounts.requested(cluster).fitsInto(all)).isTrue();

        one.size(1);
        Await.until("the other has it now", second::inForce, "1500m/1536Mi"::equals);
        assertThat(first.inForce()).isEqualTo("250m/256Mi");
        assertThat(first.restarts()).isZero();
        assertThat(second.restarts()).isZero();
        cluster.delete(namespace);
    }

    @Test
    void aPodStaysAboveWhatItUses(VmCluster cluster) throws Exception {
        Installed.in(cluster);
        String namespace = cluster.namespace();
        Autoscaler autoscaler = Autoscaler.create(cluster, namespace, "uses", 4, "min: 4\n");
        Pod pod = PostgresPods.start(cluster, namespace, "uses", 5454, "1", "1Gi");
        cluster.exec(pod, List.of("bash", "-c", HOLD));
        Await.until("it is held", () -> used(cluster, pod), used -> used >= HELD_MEBIBYTES);

        autoscaler.size(1);
        Await.until(
                "it is refused, and gets as small as it may",
                () -> {
                    assertThat(limit(cluster, pod))
                            .isGreaterThanOrEqualTo(used(cluster, pod) + BUFFER_MEBIBYTES);
                    return cluster.events(namespace).contains("ResizeRefused")
                            && limit(cluster, pod) < 1024;
                },
                it -> it);
        assertThat(limit(cluster, pod)).isGreaterThanOrEqualTo(HELD_MEBIBYTES + BUFFER_MEBIBYTES);
        assertThat(pod.restarts()).isZero();

        // It fails when it is no longer there to be ended.
        cluster.exec(pod, List.of("pkill", "-x", "tail"));
        Await.until("it is small", pod::inForce, "250m/256Mi"::equals);
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    /// What only the pod's own processes can give back.
    private static long used(VmCluster cluster, Pod pod) throws Exception {
        return cluster.hostCgroupFile(pod, "memory.stat")
                        .lines()
                        .filter(it -> it.startsWith("anon "))
                        .mapToLong(it -> Long.parseLong(it.substring("anon ".length())))
                        .sum()
                >> 20;
    }

    private static long limit(VmCluster cluster, Pod pod) throws Exception {
        return Long.parseLong(cluster.hostCgroupFile(pod, "memory.max")) >> 20;
    }

    private static String requests(Pod pod) throws Exception {
        return pod.get(REQUESTS + ".cpu}/") + pod.get(REQUESTS + ".memory}");
    }

    private static String memory(Pod pod) throws Exception {
        return pod.get(LIMIT + ".memory}");
    }
}
