package dev.elastigres.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Applies the manifests for users to a real API server.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstalledObjectsTest {
    private static final Path DEPLOY = Path.of("../deploy/kubernetes");

    private ControlPlane plane;

    @BeforeAll
    void start() throws Exception {
        plane = ControlPlane.start(KubernetesBinaries.find().orElseThrow());
        ControlPlaneFixture.install(plane, DEPLOY.resolve("crd.yaml"));
        plane.kubectl().run("create", "namespace", "elastigres");
    }

    @AfterAll
    void stop() throws Exception {
        if (plane != null) plane.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"elastigres.yaml", "example.yaml", "secret-role.yaml"})
    void isTakenByAServersDryRun(String file) throws Exception {
        String objects = Files.readString(DEPLOY.resolve(file));
        var result =
                plane.kubectl()
                        .tryRun(
                                objects,
                                "apply",
                                "--server-side",
                                "--force-conflicts",
                                "--dry-run=server",
                                "-f",
                                "-");
        assertThat(result.errors()).isEmpty();
        assertThat(result.isDone()).isTrue();
    }
}
