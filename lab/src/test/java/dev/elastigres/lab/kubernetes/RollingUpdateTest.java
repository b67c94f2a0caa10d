package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Tests that a new agent and monitor start before the old ones end.
@InCluster
class RollingUpdateTest {
    /// Longer than the test takes.
    private static final Duration OVERLAP = Duration.ofMinutes(5);

    private static final String BOTH = "True,True";

    @Test
    void twoAgentsOnANodeAgree(VmCluster cluster) throws Exception {
        InstalledDaemons installed = InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "handed", 1, "");
        LabPod pod = PostgresPods.start(cluster, namespace, "handed", 5460, "250m", "256Mi");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);
        PodLoad load = PodLoad.begin(cluster, pod);

        int before = pod.generation();
        try {
            installed.replace(OVERLAP);
            LabAwait.until("both are there", () -> ready(installed), BOTH::equals);
            LabAwait.until(
                    "both found it", () -> sessions(cluster, installed, namespace), it -> it == 2);
            autoscaler.size(2);
            LabAwait.until("it has grown", pod::inForce, "500m/512Mi"::equals);
            autoscaler.size(1);
            LabAwait.until("it is small again", pod::inForce, "250m/256Mi"::equals);
            // Each size is patched once by the agent that learns of it first. The other agent may
            // patch its own size in between, until the change of the object has reached it.
            assertThat(pod.generation()).as("patches").isBetween(before + 2, before + 4);
            assertThat(ready(installed)).as("both are there").isEqualTo(BOTH);
        } finally {
            installed.endOverlap();
        }
        LabAwait.until("the old one went", installed::pods, pods -> pods.size() == 1);
        int alone = pod.generation();
        autoscaler.size(2);
        LabAwait.until("it has grown", pod::inForce, "500m/512Mi"::equals);
        assertThat(pod.generation()).isEqualTo(alone + 1);
        load.stop();
        assertThat(pod.restarts()).isZero();
        cluster.delete(namespace);
    }

    /// Returns how many agents have had a session with the monitor of a pod in `namespace`.
    private static long sessions(LabCluster cluster, InstalledDaemons installed, String namespace)
            throws Exception {
        long sessions = 0;
        for (LabPod agent : installed.pods())
            if (cluster.log(agent, "agent").contains("\"monitor found\",\"vm\":\"" + namespace))
                sessions++;
        return sessions;
    }

    /// Returns the readiness of the daemons' pods.
    private static String ready(InstalledDaemons installed) throws Exception {
        var all = new ArrayList<String>();
        for (LabPod pod : installed.pods())
            all.add(pod.get("{.status.conditions[?(@.type==\"Ready\")].status}"));
        return String.join(",", all);
    }
}
