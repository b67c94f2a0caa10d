package dev.elastigres.kubernetes.eviction;

import static dev.elastigres.kubernetes.SingleNodeCluster.NODE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.core.agent.AgentDecision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.SingleNodeCluster;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.node.NodeWatcher;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.targets.OnNodeFull;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class NodeFullHandlerTest {
    private static final String PRIMARY =
            "{\"scaled\":\"yes\",\"cnpg.io/cluster\":\"c\",\"cnpg.io/instanceRole\":\"primary\"}";
    private static final String REPLICA =
            "{\"cnpg.io/cluster\":\"c\",\"cnpg.io/instanceRole\":\"replica\"}";
    private static final String READY =
            "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}";

    private SingleNodeCluster node;
    private KubernetesClient client;
    private ActiveProblems problems;
    private NodeWatcher watch;
    private NodeFullHandler full;
    private volatile List<NodeFullHandler.FleetVm> vms = List.of();
    private final List<PodNotice> notices = new CopyOnWriteArrayList<>();

    @BeforeAll
    void startNode(@TempDir Path cgroups) throws Exception {
        node = SingleNodeCluster.start(cgroups);
    }

    @AfterAll
    void stopNode() throws Exception {
        node.close();
    }

    @BeforeEach
    void start() throws Exception {
        client = node.client();
        problems = new ActiveProblems(node.log());
        var api = new ApiClient(client, problems);
        watch = new NodeWatcher(client, api, NODE, node.choosing(client), problems, node.log());
        watch.start(() -> {}, _ -> {}, _ -> {});
        node.addNode("node-2", "4", "4Gi");
        full = begin(api);
    }

    private NodeFullHandler begin(ApiClient api) {
        var begun =
                new NodeFullHandler(
                        watch,
                        () -> vms,
                        _ -> false,
                        Duration.ofSeconds(1),
                        _ -> HostShare.ALL,
                        api,
                        new EvictionLeases(api, SingleNodeCluster.NAMESPACE),
                        (_, notice) -> notices.add(notice),
                        node.log());
        begun.start();
        return begun;
    }

    @AfterEach
    void stop() throws Exception {
        full.close();
        watch.close();
        client.close();
        vms = List.of();
        notices.clear();
        node.deleteNode("node-2");
        node.plane().kubectl().run("delete", "leases", "--all", "-n", "db");
        node.plane()
                .kubectl()
                .run("delete", "pods", "--all", "-n", "db", "--grace-period=0", "--force");
    }

    @Test
    void evictsOnlyWhenDisruptionBudgetAllows() throws Exception {
        node.say("pg", it -> SingleNodeCluster.with(it, ScalingMode.AUTO, OnNodeFull.EVICT));
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
        pod("pg", "pg");
        lacking("db/pg");
        node.await(
                "refused",
                () -> isTold("disruption budget does not allow it now: The disruption budget pg"));
        assertThat(node.get("pg")).isNotNull();
        assertThat(notices.getFirst()).isInstanceOf(PodNotice.NodeFull.class);
        assertThat(lease("pg")).as("given back").isNull();
        disruptions(1);
        node.await("evicted", () -> isTold("and node-2 has"));
        assertThat(notices.getLast()).isInstanceOf(PodNotice.Evicted.class);
        node.await("on its way out", () -> isLeaving("pg"));
        node.plane().kubectl().run("delete", "pdb", "pg", "-n", "db");
    }

    @Test
    void aPrimaryStaysWhileAReplicaRuns() throws Exception {
        node.say("c-1", it -> SingleNodeCluster.with(it, ScalingMode.AUTO, OnNodeFull.EVICT));
        String size = SingleNodeCluster.amounts(1);
        node.pod("c-1", size, size, PRIMARY);
        node.own("c-1", "c");
        node.pod("c-2", size, size, REPLICA);
        node.status("c-2", READY);
        lacking("db/c-1");
        node.await("refused", () -> node.logged().contains("and a replica runs"));
        assertThat(isLeaving("c-1")).isFalse();
        node.delete("c-2");
        node.await("evicted", () -> isLeaving("c-1"));
    }

    @Test
    void notifyModeOnlyEmitsNotice() throws Exception {
        node.say("pg", it -> SingleNodeCluster.with(it, ScalingMode.AUTO, OnNodeFull.NOTIFY));
        node.guaranteed("pg", 1);
        node.guaranteed("waits", 1);
        lacking("db/pg", "db/waits");
        node.await("told", () -> !notices.isEmpty());
        // One notice for each shortage, regardless of its length.
        vms = List.of();
        lacking("db/waits");
        assertThat(notices).hasSize(1);
        assertThat(((PodNotice.NodeFull) notices.getFirst()).wanted())
                .isEqualTo(SingleNodeCluster.UNIT.times(8));
        for (String each : List.of("pg", "waits")) assertThat(isLeaving(each)).isFalse();
    }

    /// The scheduler may place the new pod on the same node again, and an agent that has just
    /// started may try to evict it again.
    @Test
    void aWorkloadIsNotEvictedAgainForSomeTime() throws Exception {
        node.say("pg", it -> SingleNodeCluster.with(it, ScalingMode.AUTO, OnNodeFull.EVICT));
        pod("pg", "again");
        lacking("db/pg");
        node.await("evicted", () -> isLeaving("pg"));
        assertThat(lease("again").getSpec().getLeaseDurationSeconds()).isEqualTo(600);
        vms = List.of();
        node.await("gone", () -> node.get("pg") == null);

        full.close();
        pod("pg", "again");
        full = begin(new ApiClient(client, problems));
        lacking("db/pg");
        node.await("refused", () -> isTold("a pod of StatefulSet again was evicted recently"));
        assertThat(isLeaving("pg")).isFalse();

        age(lease("again"), Duration.ofMinutes(11));
        node.await("evicted", () -> isLeaving("pg"));
        assertThat(lease("again").getSpec().getLeaseDurationSeconds())
                .as("it did not help before")
                .isEqualTo(1200);
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void evictsOnlyWhenAnotherNodeHasRoom() throws Exception {
        node.say("pg", it -> SingleNodeCluster.with(it, ScalingMode.AUTO, OnNodeFull.EVICT));
        pod("pg", "pg");
        // The pod needs two CPUs.
        node.deleteNode("node-2");
        node.addNode("node-2", "1", "4Gi");
        lacking("db/pg");
        node.await("refused", () -> isTold("no other node that it may run on has room"));
        assertThat(isLeaving("pg")).isFalse();
        assertThat(lease("pg")).isNull();
        node.addNode("node-2", "2", "4Gi");
        node.await("evicted", () -> isLeaving("pg"));
    }

    @Test
    void doesNotEvictPodWithoutController() throws Exception {
        node.say("bare", it -> SingleNodeCluster.with(it, ScalingMode.AUTO, OnNodeFull.EVICT));
        node.guaranteed("bare", 1);
        lacking("db/bare");
        node.await("refused", () -> isTold("no controller that would recreate it"));
        assertThat(isLeaving("bare")).isFalse();
    }

    /// The status code is that of a disruption budget, with another reason.
    @Test
    void overloadedApiServerIsNotADisruptionBudget() throws Exception {
        node.say("pg", it -> SingleNodeCluster.with(it, ScalingMode.AUTO, OnNodeFull.EVICT));
        node.guaranteed("resized", 1);
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExecutorService resizes = Executors.newVirtualThreadPerTaskExecutor()) {
            node.plane().kubectl().apply(busy(silent.getLocalPort()));
            for (int i = 0; i < 2; i++) {
                var _ = resizes.submit(this::resizeAgainAndAgain);
            }
            node.await("no seat", this::isThrottled);
            pod("pg", "busy");
            lacking("db/pg");
            node.await("refused", () -> isTold("the API server is too busy: "));
            assertThat(isTold("disruption budget")).isFalse();
            assertThat(isLeaving("pg")).isFalse();
            assertThat(lease("busy")).as("given back").isNull();
            resizes.shutdownNow();
        } finally {
            for (String each :
                    List.of(
                            "flowschema",
                            "prioritylevelconfiguration",
                            "validatingwebhookconfiguration"))
                node.plane().kubectl().run("delete", each, "busy");
        }
        node.await("evicted", () -> isLeaving("pg"));
    }

    /// API Priority and Fairness admits one request at a time and queues none. A resize lasts as
    /// long as its webhook, which does not answer.
    private static String busy(int port) {
        return """
        apiVersion: flowcontrol.apiserver.k8s.io/v1
        kind: PriorityLevelConfiguration
        metadata: {name: busy}
        spec:
          type: Limited
          limited:
            nominalConcurrencyShares: 0
            lendablePercent: 0
            borrowingLimitPercent: 0
            limitResponse: {type: Reject}
        ---
        apiVersion: flowcontrol.apiserver.k8s.io/v1
        kind: FlowSchema
        metadata: {name: busy}
        spec:
          matchingPrecedence: 2
          priorityLevelConfiguration: {name: busy}
          rules:
          - subjects:
            - {kind: ServiceAccount, serviceAccount: {namespace: db, name: agent}}
            resourceRules:
            - {apiGroups: [""], resources: [pods/eviction, pods/resize], verbs: [create, patch],
               namespaces: [db]}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: busy}
        webhooks:
        - name: busy.example.com
          clientConfig: {url: "https://127.0.0.1:%d/"}
          rules:
          - {apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [pods/resize]}
          failurePolicy: Ignore
          timeoutSeconds: 30
          sideEffects: None
          admissionReviewVersions: [v1]
        """
                .formatted(port);
    }

    private Void resizeAgainAndAgain() throws InterruptedException {
        var api = new ApiClient(client, problems);
        var pod = new PodName("db", "resized");
        while (true) {
            try {
                api.tryResize(pod, "{\"spec\":{\"containers\":[{\"name\":\"postgres\"}]}}");
            } catch (ApiException _) {
                // The request is blocked, as intended.
            }
        }
    }

    /// An installation without the right to evict only notifies.
    @Test
    void withoutTheRightToEvictTheAgentStaysReady() throws Exception {
        node.say("pg", it -> SingleNodeCluster.with(it, ScalingMode.AUTO, OnNodeFull.EVICT));
        node.plane()
                .kubectl()
                .apply(SingleNodeCluster.RIGHTS.replace("pods/eviction", "pods/none"));
        try {
            pod("pg", "pg");
            lacking("db/pg");
            node.await("refused", () -> isTold("cannot create resource"));
            assertThat(isLeaving("pg")).isFalse();
            assertThat(lease("pg")).as("given back").isNull();
            assertThat(problems.all()).isEmpty();
        } finally {
            node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
        }
    }

    private boolean isThrottled() throws InterruptedException {
        try {
            var _ = new ApiClient(client, problems).evict(new PodName("db", "none"), "none");
            return false;
        } catch (ApiException e) {
            return e instanceof ApiException.Throttled;
        }
    }

    private boolean isTold(String words) {
        return notices.stream().anyMatch(it -> it.text().contains(words));
    }

    private void pod(String name, String owner) throws Exception {
        node.guaranteed(name, 1);
        node.own(name, owner);
    }

    private Lease lease(String workload) {
        return node.admin()
                .leases()
                .inNamespace("db")
                .withName("eviction-uid-of-" + workload)
                .get();
    }

    private void age(Lease lease, Duration by) {
        lease.getSpec().setRenewTime(lease.getSpec().getRenewTime().minus(by));
        var _ = node.admin().resource(lease).update();
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
        vms = Arrays.stream(names).map(it -> new NodeFullHandler.FleetVm(it, lacks())).toList();
    }

    /// The state of a VM of one unit with a load of eight and without a permit.
    private static State lacks() {
        var now = new Moment(0);
        Resources one = SingleNodeCluster.UNIT.times(1);
        var limits = SizeLimits.of(SingleNodeCluster.UNIT, 1, 16);
        State state = State.begin(limits, one, one, 1, ScalingRules.NEON, now);
        double load = 8 * 0.9 * SingleNodeCluster.UNIT.vcpus();
        var host =
                new HostMetrics(
                        load,
                        load,
                        Bytes.ofMebibytes(256),
                        Bytes.ofMebibytes(250),
                        Bytes.ZERO,
                        new CpuFigures.Unavailable());
        var metrics = new VmMetrics(Optional.of(host), Optional.empty());
        return AgentDecision.after(
                        state, new Event.MetricsRead(metrics, now, now), ScalingRules.NEON, now)
                .state();
    }
}
