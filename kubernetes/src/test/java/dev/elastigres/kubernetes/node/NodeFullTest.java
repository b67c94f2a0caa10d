package dev.elastigres.kubernetes.node;

import static dev.elastigres.kubernetes.OneNode.NODE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.Decision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Limits;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.OneNode;
import dev.elastigres.kubernetes.targets.Mode;
import dev.elastigres.kubernetes.targets.OnNodeFull;
import dev.elastigres.testbed.kubernetes.Binaries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.Binaries#areThere",
        disabledReason = Binaries.NEEDED)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class NodeFullTest {
    private static final String PRIMARY =
            "{\"scaled\":\"yes\",\"cnpg.io/cluster\":\"c\",\"cnpg.io/instanceRole\":\"primary\"}";
    private static final String REPLICA =
            "{\"cnpg.io/cluster\":\"c\",\"cnpg.io/instanceRole\":\"replica\"}";
    private static final String READY =
            "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}";

    private OneNode node;
    private KubernetesClient client;
    private Troubles troubles;
    private NodeWatch watch;
    private NodeFull full;
    private volatile List<NodeFull.Vm> vms = List.of();
    private final List<PodNotice> notices = new CopyOnWriteArrayList<>();

    @BeforeAll
    void startNode(@TempDir Path cgroups) throws Exception {
        node = OneNode.start(cgroups);
    }

    @AfterAll
    void stopNode() throws Exception {
        node.close();
    }

    @BeforeEach
    void start() throws Exception {
        client = node.client();
        troubles = new Troubles(node.log());
        var api = new Api(client, troubles);
        watch = new NodeWatch(client, api, NODE, node.choosing(client), troubles, node.log());
        watch.start(() -> {}, _ -> {}, _ -> {});
        full =
                new NodeFull(
                        watch,
                        () -> vms,
                        _ -> false,
                        Duration.ofSeconds(2),
                        api,
                        (_, notice) -> notices.add(notice),
                        node.log());
        full.start();
    }

    @AfterEach
    void stop() throws Exception {
        full.close();
        watch.close();
        client.close();
        vms = List.of();
        notices.clear();
        node.plane()
                .kubectl()
                .run("delete", "pods", "--all", "-n", "db", "--grace-period=0", "--force");
    }

    @Test
    void evictsOnlyWhatItsDisruptionBudgetLetsGo() throws Exception {
        node.say("pg", it -> OneNode.with(it, Mode.AUTO, OnNodeFull.EVICT));
        node.plane()
                .kubectl()
                .apply(
                        """
                        apiVersion: policy/v1
                        kind: PodDisruptionBudget
                        metadata: {name: pg, namespace: db, generation: 1}
                        spec: {maxUnavailable: 1, selector: {matchLabels: {scaled: "yes"}}}
                        """);
        disruptions(0);
        node.guaranteed("pg", 1);
        lacking("db/pg");
        node.await("refused", () -> node.logged().contains("disruption budget does not allow"));
        assertThat(node.get("pg")).isNotNull();
        assertThat(notices).hasSize(1).first().isInstanceOf(PodNotice.NodeFull.class);
        disruptions(1);
        node.await("evicted", () -> notices.size() == 2);
        assertThat(notices.getLast()).isInstanceOf(PodNotice.Evicted.class);
        node.await("on its way out", () -> isLeaving("pg"));
        node.plane().kubectl().run("delete", "pdb", "pg", "-n", "db");
    }

    @Test
    void aPrimaryStaysWhileAReplicaRuns() throws Exception {
        node.say("c-1", it -> OneNode.with(it, Mode.AUTO, OnNodeFull.EVICT));
        String size = OneNode.amounts(1);
        node.pod("c-1", size, size, PRIMARY);
        node.pod("c-2", size, size, REPLICA);
        node.status("c-2", READY);
        lacking("db/c-1");
        node.await("refused", () -> node.logged().contains("and a replica runs"));
        assertThat(isLeaving("c-1")).isFalse();
        node.delete("c-2");
        node.await("evicted", () -> isLeaving("c-1"));
    }

    @Test
    void onlyToldOfWhereThatIsAllThatIsWanted() throws Exception {
        node.say("pg", it -> OneNode.with(it, Mode.AUTO, OnNodeFull.NOTIFY));
        node.guaranteed("pg", 1);
        node.guaranteed("waits", 1);
        lacking("db/pg", "db/waits");
        node.await("told", () -> !notices.isEmpty());
        // Once a shortage, however long it lasts.
        vms = List.of();
        lacking("db/waits");
        assertThat(notices).hasSize(1);
        assertThat(((PodNotice.NodeFull) notices.getFirst()).wanted())
                .isEqualTo(OneNode.UNIT.times(8));
        for (String each : List.of("pg", "waits")) assertThat(isLeaving(each)).isFalse();
    }

    private boolean isLeaving(String pod) {
        var found = node.get(pod);
        return found == null || found.getMetadata().getDeletionTimestamp() != null;
    }

    private void disruptions(int allowed) throws Exception {
        node.plane()
                .kubectl()
                .run(
                        "patch",
                        "pdb",
                        "pg",
                        "-n",
                        "db",
                        "--subresource=status",
                        "--type=merge",
                        "--patch={\"status\":{\"observedGeneration\":1,\"disruptionsAllowed\":%d}}"
                                .formatted(allowed));
    }

    private void lacking(String... names) {
        vms = Arrays.stream(names).map(it -> new NodeFull.Vm(it, lacks())).toList();
    }

    /// Of a unit, with a load of eight, and no permit.
    private static State lacks() {
        var now = new Moment(0);
        Resources one = OneNode.UNIT.times(1);
        var limits = Limits.of(OneNode.UNIT, 1, 16);
        State state = State.begin(limits, one, one, 1, Rules.NEON, now);
        double load = 8 * 0.9 * OneNode.UNIT.vcpus();
        var host =
                new HostMetrics(
                        load,
                        load,
                        Bytes.ofMebibytes(256),
                        Bytes.ofMebibytes(250),
                        Bytes.ZERO,
                        Optional.empty());
        var metrics = new Metrics(Optional.of(host), Optional.empty());
        return Decision.after(state, new Event.MetricsRead(metrics), Rules.NEON, now).state();
    }
}
