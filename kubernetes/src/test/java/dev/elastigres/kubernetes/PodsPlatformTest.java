package dev.elastigres.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.permits.Permit;
import dev.elastigres.agent.permits.PermitAsk;
import dev.elastigres.agent.permits.Permits;
import dev.elastigres.agent.worker.Fleet;
import dev.elastigres.agent.worker.Pace;
import dev.elastigres.agent.worker.Quiet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.testbed.kubernetes.Binaries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/// The platform as the agent has it, with a real API server.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.Binaries#areThere",
        disabledReason = Binaries.NEEDED)
@Timeout(180)
class PodsPlatformTest {
    private static final VmRules RULES =
            new VmRules(OneNode.UNIT, Optional.empty(), Optional.empty(), Rules.ELASTIGRES);
    private static final String OBJECT =
            """
            {apiVersion: elastigres.dev/v1alpha1, kind: PostgresAutoscaler,
             metadata: {name: pg, namespace: db},
             spec: {target: {selector: {matchLabels: {app: pg}}}, max: %d}}
            """;

    private OneNode node;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws Exception {
        node = OneNode.start(Files.createDirectory(folder.resolve("cgroups")));
    }

    @AfterEach
    void stop() throws Exception {
        if (node != null) node.close();
    }

    private PodsPlatform platform(boolean dryRun) throws Exception {
        var monitor = new HostPort("127.0.0.1", 1);
        var place =
                new PodsPlatform.Place(
                        OneNode.NODE,
                        node.cgroups(),
                        folder.resolve("pods.json"),
                        monitor,
                        Optional.empty(),
                        Duration.ofSeconds(30));
        return new PodsPlatform(node.client(), place, dryRun, node.log());
    }

    /// One that looks at nothing by itself.
    private Fleet begin(PodsPlatform platform) {
        var fleet =
                new Fleet(
                        platform.driver(),
                        new AllPermitted(),
                        _ -> RULES,
                        Pace.DEFAULT,
                        Quiet.QUIET,
                        node.log());
        platform.begin(fleet, () -> {});
        return fleet;
    }

    private void pod() throws Exception {
        String size = OneNode.amounts(1);
        node.pod("pg-0", size, size, "{\"app\":\"pg\"}");
    }

    private static Optional<Resources> most(PodsPlatform platform) throws Exception {
        return platform.driver().find().stream()
                .filter(it -> it.name().equals("db/pg-0"))
                .map(Found::bounds)
                .map(Found.Bounds::max)
                .findFirst();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChangeOfAnObjectChangesItsPods(boolean dryRun) throws Exception {
        pod();
        node.plane().kubectl().apply(OBJECT.formatted(2));
        try (var platform = platform(dryRun);
                var _ = begin(platform)) {
            node.await("the pod is found", () -> isFound(platform));
            node.plane().kubectl().apply(OBJECT.formatted(3));
            node.await("another max", () -> maxUnits(platform) == 3);
            node.plane().kubectl().run("delete", "pga", "pg", "-n", "db");
            node.await("the pod is left alone", () -> !isFound(platform));
            assertThat(platform.troubles()).noneMatch(it -> it.contains("list and watch"));
        }
    }

    private static boolean isFound(PodsPlatform platform) {
        try {
            return most(platform).isPresent();
        } catch (Exception _) {
            return false; // not known yet
        }
    }

    private static int maxUnits(PodsPlatform platform) {
        return (int)
                Math.round(
                        platform.rules("db/pg-0", RULES).most().orElseThrow().vcpus()
                                / platform.rules("db/pg-0", RULES).unit().vcpus());
    }

    @Test
    void whatKeepsObjectsFromBeingSeenIsSaidAndRecoveredFrom() throws Exception {
        pod();
        node.plane().kubectl().apply(OBJECT.formatted(2));
        node.plane()
                .kubectl()
                .apply(
                        Stream.of(OneNode.RIGHTS.split("\n", -1))
                                .filter(it -> !it.contains("[postgresautoscalers]"))
                                .reduce("", (all, line) -> all + line + "\n"));
        try (var platform = platform(false);
                var _ = begin(platform)) {
            node.await(
                    "the missing right is told",
                    () ->
                            platform.troubles()
                                    .contains(
                                            "it cannot list and watch postgresautoscalers: it has"
                                                    + " not the right to"));
            assertThat(isFound(platform)).isFalse();
            node.plane().kubectl().apply(OneNode.RIGHTS);
            node.await("the pod is found", () -> isFound(platform));
            node.await(
                    "the trouble is over",
                    () -> platform.troubles().stream().noneMatch(it -> it.contains("autoscalers")));
        }
    }

    /// Gives everybody what they want.
    private static final class AllPermitted implements Permits {
        @Override
        public void join(String vm, Resources has) {}

        @Override
        public void leave(String vm) {}

        @Override
        public Permit ask(PermitAsk ask) {
            return new Permit(ask.wanted(), false);
        }

        @Override
        public void close() {}
    }
}
