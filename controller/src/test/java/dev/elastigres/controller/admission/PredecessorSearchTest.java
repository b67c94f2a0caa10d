package dev.elastigres.controller.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PredecessorSearchTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    private static Predecessor gone(String name, String workload, String role, int secondsAgo) {
        return new Predecessor(
                name,
                new Workload(workload, role, "old"),
                Optional.of(NewPods.size(2, 4)),
                Optional.empty(),
                Optional.of(NOW.minusSeconds(secondsAgo)));
    }

    private static Predecessor existing(
            String name, String workload, String revision, long memory) {
        return new Predecessor(
                name,
                new Workload(workload, "", revision),
                Optional.of(NewPods.size(2, memory)),
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<String> found(String name, Workload workload, Predecessor... all) {
        return PredecessorSearch.find(name, workload, List.of(all), NOW).map(Predecessor::name);
    }

    @Test
    void anOrdinalReplacesThePodOfItsName() {
        var pg = new Workload("StatefulSet/pg", "", "");
        Predecessor first = gone("pg-0", "StatefulSet/pg", "", 60);
        assertThat(found("pg-0", pg, first)).contains("pg-0");
        assertThat(found("pg-1", pg, first)).isEmpty();
        assertThat(found("pg-0", pg, gone("pg-0", "StatefulSet/other", "", 60))).isEmpty();
        assertThat(found("pg-0", pg, gone("pg-0", "StatefulSet/pg", "", 90_000))).isEmpty();
    }

    @Test
    void aPodOfADeploymentReplacesTheLastOneThatIsGoneElseOneOfAnotherRevision() {
        var pg = new Workload("Deployment/pg", "", "new");
        assertThat(
                        found(
                                "",
                                pg,
                                gone("pg-a", "Deployment/pg", "", 60),
                                gone("pg-b", "Deployment/pg", "", 5),
                                gone("pg-c", "Deployment/other", "", 1)))
                .contains("pg-b");
        assertThat(
                        found(
                                "",
                                pg,
                                existing("pg-a", "Deployment/pg", "old", 4),
                                existing("pg-b", "Deployment/pg", "old", 8),
                                existing("pg-c", "Deployment/pg", "new", 16)))
                .contains("pg-b");
        assertThat(found("", pg, existing("pg-c", "Deployment/pg", "new", 16))).isEmpty();
    }

    @Test
    void aReplicaOfACloudNativePgClusterReplacesOneOfItsRole() {
        Predecessor primary = gone("pg-1", "Cluster/pg", "primary", 5);
        Predecessor replica = gone("pg-2", "Cluster/pg", "replica", 60);
        assertThat(found("pg-3", new Workload("Cluster/pg", "replica", ""), primary, replica))
                .contains("pg-2");
        // A switch-over restarts each pod under its own name.
        assertThat(found("pg-2", new Workload("Cluster/pg", "", ""), primary, replica))
                .contains("pg-2");
        assertThat(
                        found(
                                "pg-3",
                                new Workload("Cluster/pg", "", ""),
                                existing("pg-1", "Cluster/pg", "", 8)))
                .as("a further replica")
                .isEmpty();
    }

    @Test
    void aPodWithoutAnOwnerReplacesThePodOfItsName() {
        var none = new Workload("", "", "");
        assertThat(found("db", none, gone("db", "", "", 60))).contains("db");
        assertThat(found("", none, gone("db", "", "", 60))).isEmpty();
    }

    @Test
    void theWorkloadOfAReplicaSetIsItsDeployment() {
        assertThat(
                        Workload.of(
                                NewPods.pod(
                                        "generateName: pg-5d4-, labels: {pod-template-hash: 5d4, role:"
                                                + " replica}, ownerReferences: [{apiVersion: apps/v1,"
                                                + " kind: ReplicaSet, name: pg-5d4, uid: u,"
                                                + " controller: true}]",
                                        "{}",
                                        "")))
                .isEqualTo(new Workload("Deployment/pg", "replica", "5d4"));
    }
}
