package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.lab.LabAwait;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Tests a ResourceQuota that allows less than `max`. It limits one object and affects no other.
@InCluster
class QuotaTest {
    private static final int AGENT_PORT = 10400;
    private static final String LIMITED = ".conditions[?(@.type==\"Limited\")]";

    @Test
    void aQuotaLimitsOneObjectAndNoOther(LabCluster cluster) throws Exception {
        InstalledDaemons installed = InstalledDaemons.in(cluster);
        String namespace = cluster.namespace();
        cluster.kubectl()
                .run("create", "quota", "small", "--hard=limits.memory=700Mi", "-n", namespace);
        String elsewhere = cluster.namespace();
        AutoscalerManifest limited =
                AutoscalerManifest.create(cluster, namespace, "limited", 6, "");
        AutoscalerManifest free = AutoscalerManifest.create(cluster, elsewhere, "free", 6, "");
        LabPod small = PostgresPods.start(cluster, namespace, "limited", 5485, "250m", "256Mi");
        LabPod other = PostgresPods.start(cluster, elsewhere, "free", 5486, "250m", "256Mi");

        limited.bounds(3, 6);
        LabAwait.until(
                "the object says it in the server's words",
                () -> limited.status(LIMITED + ".message"),
                words ->
                        words.contains(
                                "is forbidden: exceeded quota: small, requested: limits.memory="));
        assertThat(limited.status(LIMITED + ".status")).isEqualTo("True");
        assertThat(limited.status(LIMITED + ".reason")).isEqualTo("QuotaExceeded");
        assertThat(limited.status(".state")).isEqualTo("QuotaExceeded");
        // The pod gets what the quota has room for, and CPUs do not wait for memory.
        LabAwait.until("what is allowed is there", small::inForce, "750m/512Mi"::equals);
        assertThat(cluster.events(namespace)).contains("exceeded quota: small");

        free.size(3);
        LabAwait.until("the other namespace goes on", other::inForce, "750m/768Mi"::equals);
        LabPod agent = installed.pods().getFirst();
        assertThat(cluster.page(agent, AGENT_PORT, "/readyz")).doesNotContain("quota");
        assertThat(agent.get("{.status.conditions[?(@.type==\"Ready\")].status}"))
                .isEqualTo("True");

        // New room in the quota is used automatically.
        cluster.kubectl()
                .run(
                        "patch",
                        "quota",
                        "small",
                        "-n",
                        namespace,
                        "--type=merge",
                        "--patch={\"spec\":{\"hard\":{\"limits.memory\":\"1Gi\"}}}");
        LabAwait.until(
                "it has the rest", Duration.ofMinutes(4), small::inForce, "750m/768Mi"::equals);
        LabAwait.until("it is settled", () -> limited.status(".state"), "Settled"::equals);
        assertThat(small.restarts() + other.restarts()).isZero();
        cluster.delete(namespace);
        cluster.delete(elsewhere);
    }
}
