package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A database's typical day in about twelve minutes: it is loaded, dumped, indexed, vacuumed and
/// queried, and is idle in between. A few clients are connected all the time.
@InCluster
class DatabaseDayTest {
    /// Until an idle pod has its smallest size, in up to six steps. The kubelet may need half a
    /// minute for each: it compares a lower limit with a usage figure of that age.
    private static final Duration SHRINK_TIMEOUT = Duration.ofMinutes(2);

    /// Each phase begins as soon as the pod is small, so each shrink hurts, and the cooldown
    /// doubles up to this time. At its default of five minutes it would be most of this day.
    private static final String MAX_COOLDOWN = "30s";

    /// Includes autovacuum, which begins up to a minute after a phase and works for minutes.
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);

    private static final String SETTINGS =
            "-c, shared_buffers=32MB, -c, log_autovacuum_min_duration=0";
    private static final Pattern AUTOVACUUM =
            Pattern.compile("automatic (?:vacuum|analyze) of table \"[^\"]*pgbench_");

    /// pgbench's scale: 300 MB, and as much again of indexes and WAL. The pod has 256 MiB when
    /// it is idle, and never more than 1536 MiB.
    private static final int SCALE = 20;

    private static final int MAX_UNITS = 6;
    private static final String IDLE = "250m/256Mi";

    /// The phases in order. Each is a bash script.
    private enum DayPhase {
        LOAD("pgbench --initialize --init-steps=tGvp --quiet --scale=" + SCALE),
        DUMP("pg_dump --table='pgbench_*' --format=custom --compress=1 --file=/tmp/dump"),
        INDEX("psql -qc 'create index on pgbench_accounts (abalance, filler)'"),
        CHURN("psql -qc 'update pgbench_accounts set abalance = abalance + 1 where aid % 4 = 0'"),
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
        autoscaler.maxCooldown(MAX_COOLDOWN);
        String size = PostgresPods.size("250m", "256Mi");
        LabPod pod =
                PostgresPods.start(
                        cluster,
                        namespace,
                        "day",
                        5495,
                        "{requests: %1$s, limits: %1$s}".formatted(size),
                        SETTINGS,
                        "");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);
        PodLoad clients = PodLoad.beginBeside(cluster, pod);

        for (DayPhase each : DayPhase.values()) {
            long began = System.nanoTime();
            PodLoad.run(cluster, pod, each.script, Duration.ofMinutes(15));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            String largest = pod.inForce();
            Duration shrunk = untilIdleSize(cluster, pod, each);
            System.err.printf(
                    "lab: %s took %d s and ended at %s; %s after %d s%n",
                    each, took.toSeconds(), largest, IDLE, shrunk.toSeconds());
            assertThat(shrunk).as(each.name()).isLessThan(SHRINK_TIMEOUT);
            assertThat(pod.restarts()).as(each.name()).isZero();
        }
        clients.stop();
        cluster.delete(namespace);
    }

    /// Waits for the size of an idle database. Returns the time since the database became idle:
    /// since the end of the phase, or of autovacuum's work for it.
    private static Duration untilIdleSize(LabCluster cluster, LabPod pod, DayPhase phase)
            throws Exception {
        var began = new AtomicLong(System.nanoTime());
        var runs = new AtomicLong(autovacuumRuns(cluster, pod));
        LabAwait.until(
                "it is small again after " + phase,
                IDLE_TIMEOUT,
                () -> {
                    long seen = autovacuumRuns(cluster, pod);
                    if (runs.getAndSet(seen) != seen) began.set(System.nanoTime());
                    return pod.inForce();
                },
                IDLE::equals);
        return Duration.ofNanos(System.nanoTime() - began.get());
    }

    private static long autovacuumRuns(LabCluster cluster, LabPod pod) throws Exception {
        return AUTOVACUUM.matcher(cluster.log(pod, "postgres")).results().count();
    }
}
