package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests databases that are larger than their memory. The data that they have read is page cache,
/// which grows up to any limit, and which the kubelet does not distinguish from memory in use.
@InCluster
class PageCacheTest {
    /// pgbench's scale: 300 MB. It is more than the one unit of memory that an idle pod should
    /// have, and less than the pod has under load.
    private static final int SCALE = 20;

    private static final long DATABASE_MEBIBYTES = 260;

    /// The limit under load.
    private static final long LIMIT_MEBIBYTES = 1024;

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    /// Shared buffers are in use and cannot be freed. A goal of 256 MiB has room for some 90 MiB
    /// in use.
    private static final String BUFFERS = "-c, shared_buffers=32MB";

    /// WAL segments remain when everything else is dropped, and are page cache, too.
    private static final String LITTLE_WAL =
            BUFFERS + ", -c, max_wal_size=64MB, -c, min_wal_size=32MB";

    private static final String LARGE = PostgresPods.size("1", "1Gi");
    private static final String GUARANTEED = "{requests: %1$s, limits: %1$s}".formatted(LARGE);
    private static final String MEMORY_ONLY =
            "{requests: %s, limits: {memory: 1Gi}}".formatted(LARGE);
    private static final String BURSTABLE =
            "{requests: {cpu: 500m, memory: 512Mi}, limits: %s}".formatted(LARGE);

    /// Reads a file of its own repeatedly, and has a limit.
    private static final String SIDECAR =
            """
            - name: sidecar
            IMAGE
              command: [bash, -c, "cd /var/lib/postgresql && head -c 150M /dev/zero > file && while cat file > /dev/null; do sleep 5; done"]
              resources: {requests: {cpu: 100m, memory: 200Mi}, limits: {cpu: 100m, memory: 200Mi}}
            """;

    private static final String REQUESTS = "{.spec.containers[0].resources.requests.";
    private static final String RECLAIMER_RESTARTS =
            "{.status.containerStatuses[?(@.name==\"reclaimer\")].restartCount}";
    private static final String LIMIT_OF_MEMORY = "{.spec.containers[0].resources.limits.memory}";
    private static final String OVERSIZED = ".conditions[?(@.type==\"Oversized\")].reason";

    /// Variants of the pod, and their size when idle.
    private enum PodShape {
        PLAIN(5480, GUARANTEED, BUFFERS, "250m/256Mi"),
        QUOTA(5481, GUARANTEED, BUFFERS, "250m/256Mi"),
        NO_CPU_LIMIT(5482, MEMORY_ONLY, BUFFERS, "/256Mi"),
        /// A quarter of its memory, as usual, all of it in use: it does not fit into one unit.
        LARGE_SHARED_BUFFERS(5483, GUARANTEED, "-c, shared_buffers=256MB", "500m/512Mi"),
        SIDECAR(5484, GUARANTEED, BUFFERS, "250m/256Mi");

        private final int port;
        private final String resources;
        private final String settings;
        private final String idle;

        PodShape(int port, String resources, String settings, String idle) {
            this.port = port;
            this.resources = resources;
            this.settings = settings;
            this.idle = idle;
        }

        private String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIdleDatabaseIsSmallWithinTwoMinutes(PodShape shape, LabCluster cluster)
            throws Exception {
        InstalledDaemons installed = InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        if (shape == PodShape.QUOTA) limit(cluster, namespace);
        String name = shape.label();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, name, 6, "min: 4\n");
        int port = shape.port;
        LabPod pod =
                PostgresPods.start(
                        cluster,
                        namespace,
                        name,
                        port,
                        shape.resources,
                        shape.settings,
                        shape == PodShape.SIDECAR
                                ? SIDECAR.replace(
                                        "IMAGE", cluster.postgres(port).indent(2).stripTrailing())
                                : "");
        LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);
        PodLoad load = fill(cluster, pod, shape == PodShape.LARGE_SHARED_BUFFERS);
        if (shape == PodShape.PLAIN) fillLimit(cluster, pod);

        autoscaler.bounds(1, 6);
        awaitSize(pod, shape.idle);
        if (shape == PodShape.NO_CPU_LIMIT)
            assertThat(pod.get(REQUESTS + "cpu}/" + REQUESTS + "memory}")).isEqualTo("250m/256Mi");
        LabAwait.until("it is settled", () -> autoscaler.status(".state"), "Settled"::equals);
        assertThat(autoscaler.status(OVERSIZED)).isEqualTo("NoneOversized");
        if (shape == PodShape.QUOTA)
            LabAwait.until(
                    "the quota sees it",
                    () -> quota(cluster, namespace),
                    used -> used.equals("256Mi"));

        // None of that impedes a new load.
        PodLoad.hungry(cluster, pod, 300);
        load.stop();
        assertThat(pod.restarts()).isZero();
        assertThat(installed.pods().getFirst().get(RECLAIMER_RESTARTS)).isEqualTo("0");
        if (cluster instanceof VmCluster vm)
            System.err.printf(
                    "lab: the reclaimer occupies %s, %s at most%n",
                    installed.cgroupFile(vm, "reclaimer", "memory.current"),
                    installed.cgroupFile(vm, "reclaimer", "memory.peak"));
        cluster.delete(namespace);
    }

    /// Memory that a container leaves behind is charged to its pod, and to no container.
    @Test
    void reclaimsPageCacheOfRestartedContainer(LabCluster cluster) throws Exception {
        InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        AutoscalerManifest autoscaler =
                AutoscalerManifest.create(cluster, namespace, "again", 6, "min: 4\n");
        LabPod pod = PostgresPods.start(cluster, namespace, "again", 5490, GUARANTEED, BUFFERS, "");
        fill(cluster, pod, false);
        // The server ends, as it would when it is killed, and the container with it.
        cluster.exec(pod, List.of("bash", "-c", "kill -QUIT 1"));
        LabAwait.until("it was restarted", pod::restarts, restarts -> restarts == 1);
        LabAwait.until(
                "Postgres answers", () -> PostgresPods.sql(cluster, pod, "select 1"), "1"::equals);
        LabAwait.until("it is looked after", () -> autoscaler.status(".state"), "Settled"::equals);
        autoscaler.bounds(1, 6);
        awaitSize(pod, "250m/256Mi");
        assertThat(pod.restarts()).isEqualTo(1);
        cluster.delete(namespace);
    }

    /// Requests go down at once, the limit goes down with the page cache, and both are reported.
    @Test
    void withoutTheReclaimerTheLimitFollowsThePageCache(LabCluster cluster) throws Exception {
        InstalledDaemons installed = InstalledDaemons.in(cluster);
        installed.withoutReclaimer();
        try {
            String namespace = cluster.namespace();
            AutoscalerManifest autoscaler =
                    AutoscalerManifest.create(cluster, namespace, "cached", 6, "min: 4\n");
            LabPod pod =
                    PostgresPods.start(
                            cluster, namespace, "cached", 5491, BURSTABLE, LITTLE_WAL, "");
            LabAwait.until("it is looked after", () -> autoscaler.status(".pods"), "1"::equals);
            PodLoad load = fill(cluster, pod, false);

            autoscaler.bounds(1, 6);
            LabAwait.until(
                    "requests are what they should be",
                    () -> pod.get(REQUESTS + "cpu}/" + REQUESTS + "memory}"),
                    "125m/128Mi"::equals);
            LabAwait.until(
                    "it says so", () -> autoscaler.status(OVERSIZED), "HeldByPageCache"::equals);
            assertThat(autoscaler.status(".state")).isEqualTo("HeldByPageCache");
            assertThat(autoscaler.status(".size")).isEqualTo("250m/256Mi");
            assertThat(autoscaler.status(".why")).contains("there is no reclaimer");
            assertThat(mebibytes(pod.get(LIMIT_OF_MEMORY))).isBetween(300L, 1024L);
            assertThat(cluster.events(namespace)).contains("HeldByPageCache");

            load.stop();
            PostgresPods.sql(cluster, pod, "drop table pgbench_accounts, pgbench_history");
            PostgresPods.sql(cluster, pod, "checkpoint");
            cluster.exec(pod, List.of("bash", "-c", "rm -f /tmp/filler"));
            awaitSize(pod, "250m/256Mi");
            LabAwait.until("it is settled", () -> autoscaler.status(".state"), "Settled"::equals);
            assertThat(pod.restarts()).isZero();
            cluster.delete(namespace);
        } finally {
            installed.withReclaimer();
        }
    }

    // ---- steps

    /// Makes the database, reads all of it, and continues with one transaction per second.
    private static PodLoad fill(LabCluster cluster, LabPod pod, boolean intoBuffers)
            throws Exception {
        PodLoad.initialize(cluster, pod, SCALE);
        if (intoBuffers) {
            PostgresPods.sql(cluster, pod, "create extension pg_prewarm");
            PostgresPods.sql(cluster, pod, "select pg_prewarm('pgbench_accounts', 'buffer') > 0");
        }
        PostgresPods.sql(cluster, pod, "select sum(abalance) from pgbench_accounts");
        assertThat(pageCache(cluster, pod)).isGreaterThan(DATABASE_MEBIBYTES);
        return PodLoad.beginOn(cluster, pod);
    }

    /// Reads a file that is larger than the pod's memory, so that page cache grows up to the limit.
    private static void fillLimit(LabCluster cluster, LabPod pod) throws Exception {
        cluster.exec(
                pod,
                List.of(
                        "bash",
                        "-c",
                        "head -c 1400M /dev/zero > /tmp/larger && cat /tmp/larger > /dev/null"));
        assertThat(pageCache(cluster, pod)).isGreaterThan(LIMIT_MEBIBYTES * 3 / 4);
    }

    private static long pageCache(LabCluster cluster, LabPod pod) throws Exception {
        return cluster.cgroupFile(pod, "memory.stat")
                        .lines()
                        .filter(
                                it ->
                                        it.startsWith("active_file")
                                                || it.startsWith("inactive_file"))
                        .mapToLong(it -> Long.parseLong(it.substring(it.indexOf(' ') + 1)))
                        .sum()
                >> 20;
    }

    private static void awaitSize(LabPod pod, String size) throws Exception {
        long began = System.nanoTime();
        LabAwait.until("it is as small as it should be", pod::inForce, size::equals);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.err.printf("lab: %s has %s after %d s%n", pod.name(), size, took.toSeconds());
        assertThat(took).isLessThan(TIMEOUT);
    }

    private static void limit(LabCluster cluster, String namespace) throws Exception {
        cluster.kubectl()
                .run(
                        "create",
                        "quota",
                        "memory",
                        "--hard=limits.memory=1Gi,requests.memory=1Gi",
                        "--namespace=" + namespace);
    }

    private static String quota(LabCluster cluster, String namespace) throws Exception {
        return cluster.kubectl()
                .run(
                        "get",
                        "quota",
                        "memory",
                        "--namespace=" + namespace,
                        "--output=jsonpath={.status.used.limits\\.memory}");
    }

    private static long mebibytes(String limit) {
        if (limit.endsWith("Mi")) return Long.parseLong(limit.replace("Mi", ""));
        if (limit.endsWith("Gi")) return 1024 * Long.parseLong(limit.replace("Gi", ""));
        return Long.parseLong(limit) >> 20;
    }
}
