package dev.elastigres.kubernetes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Tests that the API server rejects each invalid object with a reason.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongObjectsTest {
    private static final Path CRD = Path.of("../deploy/kubernetes/crd.yaml");
    private static final String MARK = "# refused: ";

    private ControlPlane plane;

    @BeforeAll
    void start() throws Exception {
        plane = ControlPlane.start(KubernetesBinaries.find().orElseThrow());
        ControlPlaneFixture.install(plane, CRD);
    }

    @AfterAll
    void stop() throws Exception {
        if (plane != null) plane.close();
    }

    static List<Path> wrong() throws IOException, URISyntaxException {
        var folder =
                requireNonNull(WrongObjectsTest.class.getResource("wrong"), "no wrong objects");
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList();
        }
    }

    @Test
    void hasManyInvalidObjects() throws Exception {
        assertThat(wrong()).hasSizeGreaterThanOrEqualTo(30);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isRefusedWithAReadableMessage(Path file) throws Exception {
        String text = Files.readString(file);
        assertThat(text).startsWith(MARK);
        String wanted = text.lines().findFirst().orElseThrow().substring(MARK.length());
        var result = plane.kubectl().tryRun(text, "create", "--dry-run=server", "-f", "-");
        assertThat(result.isDone()).isFalse();
        assertThat(result.errors()).contains(wanted);
    }

    @Test
    void fillsInDefaults() throws Exception {
        plane.kubectl()
                .apply(
                        """
                        apiVersion: elastigres.dev/v1alpha1
                        kind: PostgresAutoscaler
                        metadata: {name: small, namespace: default}
                        spec: {target: {statefulSet: pg}, max: 4, postgres: {secretName: login}}
                        """);
        try (var client = ControlPlaneFixture.client(plane.adminKubeconfig())) {
            var spec =
                    client.resources(PostgresAutoscaler.class)
                            .inNamespace("default")
                            .withName("small")
                            .get()
                            .findSpec()
                            .orElseThrow();
            assertThat(spec.container()).isEqualTo("postgres");
            assertThat(spec.min()).as("by its template").isNull();
            assertThat(spec.mode()).isEqualTo("Auto");
            assertThat(requireNonNull(spec.postgres()).key()).isEqualTo("uri");
            assertThat(spec.onNodeFull()).isEqualTo("wait");
            assertThat(requireNonNull(requireNonNull(spec.computeUnit()).cpu()).getStrVal())
                    .isEqualTo("250m");
        }
    }
}
