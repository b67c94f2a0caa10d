package dev.elastigres.lab.kubernetes;

import dev.elastigres.lab.LabAwait;
import java.util.List;

/// Memory that a process in a pod holds, beside its Postgres.
record PodMemoryHolder(LabCluster cluster, LabPod pod) {
    /// `tail` holds its whole input in memory, because it contains no line ends.
    private static final String HOLD =
            """
            (head -c "$0M" /dev/zero; sleep 3600) 2> /dev/null < /dev/null | tail > /dev/null 2>&1 &
            echo $! > /tmp/held.pid
            """;

    private static final String LET_GO = "kill $(cat /tmp/held.pid)";

    /// Starts to allocate the memory.
    void begin(long mebibytes) throws Exception {
        cluster.exec(pod, List.of("bash", "-c", HOLD, Long.toString(mebibytes)));
    }

    /// Returns when the memory is allocated.
    static PodMemoryHolder in(LabCluster cluster, LabPod pod, long mebibytes) throws Exception {
        var held = new PodMemoryHolder(cluster, pod);
        held.begin(mebibytes);
        LabAwait.until("it is held", held::mebibytes, used -> used >= mebibytes);
        return held;
    }

    /// Returns the memory that only the pod's own processes can release: these, and those of
    /// Postgres.
    long mebibytes() throws Exception {
        return cluster.cgroupFile(pod, "memory.stat")
                        .lines()
                        .filter(it -> it.startsWith("anon "))
                        .mapToLong(it -> Long.parseLong(it.substring("anon ".length())))
                        .sum()
                >> 20;
    }

    /// Ends the process. Fails if it has ended before.
    void end() throws Exception {
        cluster.exec(pod, List.of("bash", "-c", LET_GO));
    }
}
