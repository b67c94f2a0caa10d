package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// A database's typical day in about twenty minutes: it is loaded, dumped, indexed, vacuumed and
/// queried, and is idle in between. A few clients are connected all the time.
///
/// Enabled by `-Dlab.day=true`.
@InCluster
@EnabledIfSystemProperty(named = "lab.day", matches = "true")
class DatabaseDayTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /// pgbench's scale: 600 MB. The pod has 256 MiB when it is idle, and never more than 1536 MiB.
    private static final int SCALE = 40;

    private static final int MAX_UNITS = 6;
    private static final String IDLE = "250m/256Mi";

    /// The phases in order. Each is a bash script.
    private enum DayPhase {
        LOAD("pgbench --initialize --init-steps=tGvp --quiet --scale=" + SCALE),
        DUMP("pg_dump --table='pgbench_*' --format=custom --compress=1 --file=/tmp/dump"),
        INDEX("psql -qc 'create index on pgbench_accounts (abalance, filler)'"),
        CHURN("psql -qc 'update pgbench_accounts set abalance = abalance + 1 where aid % 3 = 0'"),
        VACUUM("psql -qc 'vacuum (analyze) pgbench_accounts'"),
        QUERIES("pgbench --no-vacuum --client=8 --jobs=2 --time=60 --select-only"),
        REWRITE("psql -qc 'vacuum full pgbench_accounts'"),
        DROP("rm /tmp/dump && psql -qc 'drop table pgbench_accounts'");

        private final String script;

        DayPhase(String script) {
            this.script = script;
        }
    }

    @Test
    @Timeout(3600)
    void isSmallAgainAfterEachPartOfItsDay(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "day", MAX_UNITS, "");
        String size = PostgresPods.size("250m", "256Mi");
        LabPod pod =
                PostgresPods.start(
                        cluster,
                        namespace,
                        "day",
                        5495,
                        "{requests: %1$s, limits: %1$s}".formatted(size),
                        "-c, shared_buffers=32MB",
                        "");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);
        PodLoad clients = PodLoad.beginBeside(cluster, pod);

        for (DayPhase each : DayPhase.values()) {
            long began = System.nanoTime();
            PodLoad.run(cluster, pod, each.script, Duration.ofMinutes(15));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            String largest = pod.inForce();
            long ended = System.nanoTime();
            LabAwait.until("it is small again after " + each, pod::inForce, IDLE::equals);
            Duration shrunk = Duration.ofNanos(System.nanoTime() - ended);
            System.err.printf(
                    "lab: %s took %d s and ended at %s; %s after %d s%n",
                    each, took.toSeconds(), largest, IDLE, shrunk.toSeconds());
            assertThat(shrunk).as(each.name()).isLessThan(TIMEOUT);
            assertThat(pod.restarts()).as(each.name()).isZero();
        }
        clients.stop();
        cluster.delete(namespace);
    }
}
