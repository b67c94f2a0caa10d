package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import java.time.Duration;
import java.util.List;

/// Load on a Postgres, from within its pod.
record PodLoad(LabCluster cluster, LabPod pod) {
    private static final String PGBENCH =
            """
            (
                pgbench --no-vacuum --client=1 --rate=1 --time=3600 OPTIONS > /tmp/pgbench.out 2>&1 &
                echo $! > /tmp/pgbench.pid
                wait $!
                echo $? > /tmp/pgbench.code
            ) > /dev/null 2>&1 < /dev/null &
            """;

    private static final String RUN =
            """
            rm -f /tmp/run.code && touch /tmp/run.code
            (
                ( SCRIPT ) > /tmp/run.out 2>&1
                echo $? > /tmp/run.code
            ) > /dev/null 2>&1 < /dev/null &
            """;

    /// Prints the script's exit code and its output, once it has ended.
    private static final String RESULT = "[ ! -s /tmp/run.code ] || cat /tmp/run.code /tmp/run.out";

    /// pgbench ends normally on SIGALRM, which it also uses for its time limit.
    private static final String STOP =
            """
            kill -ALRM $(cat /tmp/pgbench.pid)
            until [ -s /tmp/pgbench.code ]; do sleep 0.05; done
            cat /tmp/pgbench.out /tmp/pgbench.code
            """;

    /// Runs one transaction per second until [#stop]: five would already keep a quarter of an
    /// emulated CPU busy.
    static PodLoad begin(LabCluster cluster, LabPod pod) throws Exception {
        initialize(cluster, pod, 1);
        return beginOn(cluster, pod);
    }

    /// Makes pgbench's tables, of 15 MB for each unit of `scale`.
    static void initialize(LabCluster cluster, LabPod pod, int scale) throws Exception {
        // The server generates the rows, which needs fewer messages and half the time.
        String initialize = "pgbench --initialize --init-steps=dtGvp --quiet --scale=" + scale;
        run(cluster, pod, initialize, Duration.ofMinutes(6));
    }

    /// Runs the same load on existing tables.
    static PodLoad beginOn(LabCluster cluster, LabPod pod) throws Exception {
        return begin(cluster, pod, "");
    }

    /// Runs the same load on a table of its own, which is independent of the others.
    static PodLoad beginBeside(LabCluster cluster, LabPod pod) throws Exception {
        PostgresPods.sql(cluster, pod, "create table beside (id int, at timestamptz)");
        String insert = "insert into beside values (pg_backend_pid(), now());";
        cluster.exec(pod, List.of("bash", "-c", "echo '" + insert + "' > /tmp/beside.sql"));
        return begin(cluster, pod, "--file=/tmp/beside.sql");
    }

    private static PodLoad begin(LabCluster cluster, LabPod pod, String more) throws Exception {
        cluster.exec(pod, List.of("bash", "-c", PGBENCH.replace("OPTIONS", more)));
        return new PodLoad(cluster, pod);
    }

    /// Runs a bash script in the pod to its end, which may take many minutes. It must succeed.
    static void run(LabCluster cluster, LabPod pod, String script, Duration timeout)
            throws Exception {
        cluster.exec(pod, List.of("bash", "-c", RUN.replace("SCRIPT", script)));
        String said =
                LabAwait.until(
                        script,
                        timeout,
                        () -> cluster.exec(pod, List.of("bash", "-c", RESULT)),
                        it -> !it.isBlank());
        assertThat(said).as(script).startsWith("0\n");
    }

    /// Runs a query that needs this much memory: 32 KB per row, all held until the last row
    /// exists. It allocates at most a hundred MiB per second, however fast the machine is. Throws
    /// if its session is lost.
    static void hungry(LabCluster cluster, LabPod pod, int mebibytes) throws Exception {
        int rows = mebibytes * 32;
        String query =
                "select array_length(array_agg(repeat(md5(i::text), 1000)"
                        + " || case when i % 320 = 0 then pg_sleep(0.1)::text else '' end), 1)"
                        + " from generate_series(1, "
                        + rows
                        + ") i";
        String count = PostgresPods.sql(cluster, pod, query);
        assertThat(count).isEqualTo(Integer.toString(rows));
    }

    /// Ends pgbench. Every transaction that it began must have succeeded.
    void stop() throws Exception {
        String said = cluster.exec(pod, List.of("bash", "-c", STOP)).strip();
        assertThat(said).contains("number of failed transactions: 0 ").endsWith("\n0");
    }
}
