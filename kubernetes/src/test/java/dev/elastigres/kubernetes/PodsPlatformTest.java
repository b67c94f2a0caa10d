package dev.elastigres.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.worker.NoOpListener;
import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.UnlimitedPermits;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.api.NodePlanStatus;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests the platform, created as in the agent, with a real API server.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
class PodsPlatformTest {
    private static final VmRules RULES =
            new VmRules(
                    SingleNodeCluster.UNIT,
                    Optional.empty(),
                    Optional.empty(),
                    ScalingRules.ELASTIGRES);
    private SingleNodeCluster node;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws Exception {
        node = SingleNodeCluster.start(Files.createDirectory(folder.resolve("cgroups")));
    }

    @AfterEach
    void stop() throws Exception {
        if (node != null) node.close();
    }

    private PodsPlatform platform(boolean dryRun) throws Exception {
        var monitor = new HostPort("127.0.0.1", 1);
        var place =
                new PodsPlatform.NodeConfig(
                        SingleNodeCluster.NODE,
                        node.cgroups(),
                        folder.resolve("pods.json"),
                        monitor,
                        Optional.empty(),
                        Duration.ofSeconds(30));
        return new PodsPlatform(node.client(), place, dryRun, node.log());
    }

    /// Begins the platform with a fleet that does not discover VMs by itself.
    private VmFleet begin(PodsPlatform platform) {
        var fleet =
                new VmFleet(
                        platform.driver(),
                        new UnlimitedPermits(),
                        _ -> RULES,
                        PollingConfig.DEFAULT,
                        NoOpListener.QUIET,
                        node.log());
        platform.begin(fleet, () -> {});
        return fleet;
    }

    private void pod() throws Exception {
        String size = SingleNodeCluster.amounts(1);
        node.pod("pg-0", size, size, "{\"app\":\"pg\"}");
    }

    private void plan(int max) throws Exception {
        plan(1, max);
    }

    /// Writes the plan as the controller does.
    private void plan(int schemaVersion, int max) throws Exception {
        String uid =
                node.admin().pods().inNamespace("db").withName("pg-0").get().getMetadata().getUid();
        node.plane()
                .kubectl()
                .apply(
                        """
                        {apiVersion: elastigres.dev/v1alpha1, kind: NodePlan, metadata: {name: node-1},
                         spec: {schemaVersion: %d, targets: [
                           {namespace: db, name: pg, spec: {max: %d}, pods: [{name: pg-0, uid: %s}]}]}}
                        """
                                .formatted(schemaVersion, max, uid));
    }

    private static Optional<Resources> max(PodsPlatform platform) throws Exception {
        return platform.driver().find().stream()
                .filter(it -> it.name().equals("db/pg-0"))
                .map(DiscoveredVm::bounds)
                .map(DiscoveredVm.SizeBounds::max)
                .findFirst();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChangeOfThePlanChangesItsPods(boolean dryRun) throws Exception {
        pod();
        plan(2);
        try (var platform = platform(dryRun);
                var _ = begin(platform)) {
            node.await("the pod is found", () -> isFound(platform));
            plan(3);
            node.await("another max", () -> maxUnits(platform) == 3);
            node.plane().kubectl().run("delete", "nodeplan", "node-1");
            node.await("the pod is left alone", () -> !isFound(platform));
            assertThat(platform.problems()).noneMatch(it -> it.contains("list and watch"));
        }
    }

    private static boolean isFound(PodsPlatform platform) {
        try {
            return max(platform).isPresent();
        } catch (Exception _) {
            return false; // not known yet
        }
    }

    private static int maxUnits(PodsPlatform platform) {
        return (int)
                Math.round(
                        platform.rules("db/pg-0", RULES).max().orElseThrow().vcpus()
                                / platform.rules("db/pg-0", RULES).unit().vcpus());
    }

    @Test
    void reportsMissingAutoscalerRightAndRecovers() throws Exception {
        pod();
        plan(2);
        node.plane()
                .kubectl()
                .apply(
                        Stream.of(SingleNodeCluster.RIGHTS.split("\n", -1))
                                .filter(it -> !it.contains("[nodeplans]"))
                                .reduce("", (all, line) -> all + line + "\n"));
        try (var platform = platform(false);
                var _ = begin(platform)) {
            node.await(
                    "the missing right is told",
                    () ->
                            platform.problems()
                                    .contains(
                                            "it cannot list and watch nodeplans: its"
                                                    + " account lacks the right"));
            assertThat(isFound(platform)).isFalse();
            node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
            node.await("the pod is found", () -> isFound(platform));
            node.await(
                    "the trouble is over",
                    () -> platform.problems().stream().noneMatch(it -> it.contains("nodeplans")));
        }
    }

    @Test
    void theStatusOfThePlanReportsItsPods() throws Exception {
        pod();
        plan(2);
        try (var platform = platform(false);
                var _ = begin(platform)) {
            node.await("it is reported", () -> !reports().isEmpty());
            assertThat(reports())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.name()).isEqualTo("pg-0");
                                assertThat(it.state()).isEqualTo("Starting");
                            });
            NodePlan written = written();
            assertThat(written.getStatus().observedGeneration()).isEqualTo(1);
            assertThat(written.getStatus().agentVersion()).isNotBlank();
            assertThat(written.getStatus().reportedAt()).isNotBlank();
            plan(3);
            node.await(
                    "the new generation is observed",
                    () -> Long.valueOf(2).equals(written().getStatus().observedGeneration()));
        }
    }

    /// A controller of a later release wrote the plan.
    @Test
    void aPlanThatCannotBeReadLeavesTheLastOneInForce() throws Exception {
        pod();
        plan(2);
        try (var platform = platform(false);
                var _ = begin(platform)) {
            node.await("the pod is found", () -> isFound(platform));
            plan(NodePlanSpec.SCHEMA_VERSION + 1, 3);
            node.await(
                    "the problem is reported",
                    () ->
                            platform.problems().stream()
                                    .anyMatch(it -> it.contains("schema version 2")));
            assertThat(isFound(platform)).isTrue();
            assertThat(maxUnits(platform)).isEqualTo(2);
            plan(3);
            node.await("the plan is read", () -> maxUnits(platform) == 3);
            assertThat(platform.problems()).noneMatch(it -> it.contains("schema version"));
        }
    }

    /// The plan is in the API server, so a restarted agent needs no controller.
    @Test
    void aRestartedAgentFollowsThePlanAndWritesNothing() throws Exception {
        pod();
        plan(2);
        try (var platform = platform(false);
                var _ = begin(platform)) {
            node.await("it is reported", () -> !reports().isEmpty());
        }
        String version = written().getMetadata().getResourceVersion();
        try (var platform = platform(false);
                var _ = begin(platform)) {
            node.await("the pod is found", () -> isFound(platform));
            assertThat(written().getMetadata().getResourceVersion()).isEqualTo(version);
        }
    }

    private NodePlan written() {
        return node.admin().resources(NodePlan.class).withName("node-1").require();
    }

    private List<PodReport> reports() {
        return written().findStatus().map(NodePlanStatus::allPods).orElse(List.of());
    }
}
