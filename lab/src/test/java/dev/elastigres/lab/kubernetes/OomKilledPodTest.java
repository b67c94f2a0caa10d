package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tests containers that the kernel's OOM killer kills. With the kubelet's settings it kills all
/// processes of a container at once.
@InCluster
class OomKilledPodTest {
    private static final String STATE = "{.status.containerStatuses[0].";
    private static final int NEEDED_MEBIBYTES = 350;
    private static final List<String> USED = List.of("cat", "/sys/fs/cgroup/memory.current");

    @Test
    void aKilledDatabaseGetsMore(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        // It must not grow meanwhile, however slow the machine is.
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "killed", 1, "");
        LabPod pod = PostgresPods.start(cluster, namespace, "killed", 5497, "250m", "256Mi");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);
        new PodMemoryHolder(cluster, pod).begin(400);
        LabAwait.until(
                "it was killed",
                () -> pod.get(STATE + "lastState.terminated.reason}"),
                "OOMKilled"::equals);
        LabAwait.until(
                "it says so",
                () -> autoscaler.status(".instances[0].why"),
                why -> why.contains("was killed because memory ran out, and it may not have more"));
        assertThat(autoscaler.status(".state")).isEqualTo("OOMKilled");

        autoscaler.bounds(1, 4);
        LabAwait.until(
                "it has more",
                pod::inForce,
                size -> NodeAmounts.mebibytes(size.substring(size.indexOf('/') + 1)) >= 512);
        LabAwait.until(
                "Postgres answers", () -> PostgresPods.sql(cluster, pod, "select 1"), "1"::equals);
        cluster.delete(namespace);
    }

    /// The container never runs long enough to be measured.
    @Test
    void enlargesRepeatedlyKilledPodDuringBackoff(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        cluster.kubectl()
                .apply(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: starved, namespace: %1$s, labels: {app: starved}}
                        spec:
                          terminationGracePeriodSeconds: 1
                        %2$s
                          containers:
                          - name: postgres
                        %3$s
                            command: [bash, -c, "head -c %4$dM /dev/zero | tail | sleep 3600"]
                            resources: {requests: %5$s, limits: %5$s}
                        """
                                .formatted(
                                        namespace,
                                        cluster.placement().indent(2).stripTrailing(),
                                        cluster.postgres(5498).indent(4).stripTrailing(),
                                        NEEDED_MEBIBYTES,
                                        PostgresPods.size("250m", "256Mi")));
        var pod = new LabPod(cluster.kubectl(), namespace, "starved");
        LabAwait.until(
                "it was killed twice",
                Duration.ofMinutes(4),
                () ->
                        pod.get(STATE + "state.waiting.reason}")
                                + pod.get(STATE + "lastState.terminated.reason}"),
                "CrashLoopBackOffOOMKilled"::equals);
        int restarts = pod.restarts();
        AutoscalerManifest.create(cluster, namespace, "starved", 4, "");
        LabAwait.until(
                "it runs with what it needs",
                Duration.ofMinutes(4),
                () -> Long.parseLong(cluster.exec(pod, USED).strip()) >> 20,
                used -> used >= NEEDED_MEBIBYTES);
        // Its CPU demand may have grown it further by now.
        assertThat(pod.inForce()).doesNotEndWith("/256Mi");
        System.err.printf("lab: it took %d more restarts%n", pod.restarts() - restarts);
        cluster.delete(namespace);
    }
}
