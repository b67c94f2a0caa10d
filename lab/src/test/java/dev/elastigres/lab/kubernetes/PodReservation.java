package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.testbed.TestbedException;

/// A pod that requests memory of the node without using it, until it is closed.
record PodReservation(LabCluster cluster, String namespace) implements AutoCloseable {
    private static final String NAME = "reservation";

    /// One compute unit of [AutoscalerManifest].
    private static final long UNIT_MEBIBYTES = 256;

    /// The agent leaves a tenth of the node's memory for scaled pods free.
    private static final double GIVEN = 0.9;

    /// Reserves the memory of the node, except for this number of units and half a unit.
    static PodReservation leavingRoomFor(int units, LabCluster cluster, String namespace)
            throws Exception {
        long room = (long) ((units + 0.5) * UNIT_MEBIBYTES / GIVEN);
        long others = NodeAmounts.requestedByOthers(cluster).mebibytes();
        long taken = NodeAmounts.allocatable(cluster).mebibytes() - others - room;
        assertThat(taken).as("what is left of %s", cluster.nodeName()).isPositive();
        var reservation = new PodReservation(cluster, namespace);
        reservation.start(taken);
        return reservation;
    }

    private void start(long mebibytes) throws Exception {
        cluster.kubectl()
                .apply(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s, namespace: %s}
                        spec:
                          terminationGracePeriodSeconds: 1
                        %s
                          containers:
                          - name: reservation
                        %s
                            resources: {requests: {memory: %dMi}}
                        """
                                .formatted(
                                        NAME,
                                        namespace,
                                        cluster.placement().indent(2).stripTrailing(),
                                        cluster.idle().indent(4).stripTrailing(),
                                        mebibytes));
        cluster.kubectl()
                .run(
                        "wait",
                        "--for=condition=Ready",
                        "pod/" + NAME,
                        "--namespace=" + namespace,
                        "--timeout=120s");
    }

    /// The reserved memory would be missing for later tests.
    @Override
    public void close() throws TestbedException {
        cluster.kubectl().run("delete", "pod", NAME, "--namespace=" + namespace);
    }
}
