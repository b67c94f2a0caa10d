package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import org.junit.jupiter.api.Test;

/// Tests a node that loses power and boots again.
@InCluster
class RebootTest {
    @Test
    void sizesAreTheSameAfterAReboot(VmCluster cluster) throws Exception {
        InstalledDaemons installed = InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "boots", 1, "");
        LabPod pod = PostgresPods.start(cluster, namespace, "boots", 5461, "250m", "256Mi");
        autoscaler.size(2);
        LabAwait.until("it has grown", pod::inForce, "500m/512Mi"::equals);
        int asked = pod.generation();

        // What containerd has unpacked may not be on the disk yet.
        cluster.node().sh("sync");
        cluster.node().powerCycle();
        LabAwait.until("Postgres was started again", pod::restarts, restarts -> restarts > 0);
        LabAwait.until("it answers", () -> PostgresPods.sql(cluster, pod, "select 1"), "1"::equals);
        installed.awaitReady();
        assertThat(pod.inForce()).isEqualTo("500m/512Mi");
        assertThat(pod.generation()).as("nothing was asked for").isEqualTo(asked);

        autoscaler.size(3);
        LabAwait.until("it has grown", pod::inForce, "750m/768Mi"::equals);
        autoscaler.size(1);
        LabAwait.until("it is small again", pod::inForce, "250m/256Mi"::equals);
        assertThat(pod.generation()).isEqualTo(asked + 2);
        cluster.delete(namespace);
    }
}
