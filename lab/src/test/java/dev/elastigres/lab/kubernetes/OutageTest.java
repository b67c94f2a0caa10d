package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Tests outages: of a permission, the API server, the agent, the monitor.
@InCluster
class OutageTest {
    private static final String ASKED = "{.spec.containers[0].resources.limits.memory}";
    private static final String MISSING = "cannot patch pods/resize\"";
    private static final Duration AWAY = Duration.ofSeconds(60);

    @Test
    void reportsLostRightOnceAndUsesItAgain(LabCluster cluster) throws Exception {
        InstalledDaemons installed = InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "ruled", 1, "");
        LabPod pod = PostgresPods.start(cluster, namespace, "ruled", 5443, "250m", "256Mi");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);

        String rule = installed.forbidResizes();
        try {
            autoscaler.size(2);
            LabAwait.until("it is said", () -> installed.log("agent"), it -> it.contains(MISSING));
            LabAwait.until("it is tried again", () -> tries(installed), tries -> tries > 2);
            assertThat(installed.log("agent").split(MISSING, -1)).hasSize(2);
            assertThat(pod.inForce()).isEqualTo("250m/256Mi");
        } finally {
            installed.allow(rule);
        }
        LabAwait.until("it has grown", pod::inForce, "500m/512Mi"::equals);
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    @Test
    void losesNothingWhileApiServerIsAway(VmCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "away", 1, "");
        LabPod pod = PostgresPods.start(cluster, namespace, "away", 5444, "250m", "256Mi");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);
        PodLoad load = PodLoad.begin(cluster, pod);

        cluster.plane().killApiServer();
        long back = System.nanoTime() + AWAY.toNanos();
        LabAwait.until("it was away long enough", System::nanoTime, now -> now - back > 0);
        cluster.plane().startApiServer();
        autoscaler.size(2);
        LabAwait.until("it has grown", pod::inForce, "500m/512Mi"::equals);
        load.stop();
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    @Test
    void restartedAgentContinuesAtCurrentSize(VmCluster cluster) throws Exception {
        InstalledDaemons installed = InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "kept", 1, "");
        LabPod pod = PostgresPods.start(cluster, namespace, "kept", 5445, "250m", "256Mi");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);
        PodLoad load = PodLoad.begin(cluster, pod);

        autoscaler.size(2);
        kill(cluster, installed, "agent");
        LabAwait.until("it has grown", pod::inForce, "500m/512Mi"::equals);
        autoscaler.size(3);
        LabAwait.until("it is on its way", () -> pod.get(ASKED), "768Mi"::equals);
        kill(cluster, installed, "agent");
        LabAwait.until("it has grown", pod::inForce, "750m/768Mi"::equals);
        kill(cluster, installed, "monitor");
        autoscaler.size(1);
        LabAwait.until("it is small again", pod::inForce, "250m/256Mi"::equals);
        load.stop();
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    /// Kills the agent or the monitor, as the OOM killer would.
    private static void kill(VmCluster cluster, InstalledDaemons installed, String container)
            throws Exception {
        String id = installed.containerId(container);
        cluster.node().sh("ctr --namespace k8s.io task kill --signal SIGKILL " + id);
    }

    /// Returns the number of failed resizes, from the agent's metrics.
    private static int tries(InstalledDaemons installed) throws Exception {
        return installed.counted("failed");
    }
}
