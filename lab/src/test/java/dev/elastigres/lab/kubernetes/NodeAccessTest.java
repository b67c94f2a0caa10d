package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.cluster.PodImages;
import dev.elastigres.lab.LabAwait;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

/// Tests what the lab reads from a node in a VM: the cgroups of its pods, and their ports.
@InCluster
class NodeAccessTest {
    @Test
    void theNodeShowsTheSame(VmCluster cluster) throws Exception {
        String namespace = cluster.namespace();
        LabPod pod = PostgresPods.start(cluster, namespace, "seen", 5433, "250m", "256Mi");
        assertThat(cluster.cgroupFile(pod, "memory.max")).isEqualTo(Long.toString(256 << 20));
        pod.resize("250m", "320Mi");
        LabAwait.until(
                "the size is in force",
                () -> cluster.cgroupFile(pod, "memory.max"),
                Long.toString(320 << 20)::equals);

        String url =
                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(cluster.node().hostPort(5433));
        try (var connection = DriverManager.getConnection(url, "postgres", PodImages.PASSWORD);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("show port")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("5433");
        }
        cluster.delete(namespace);
    }
}
