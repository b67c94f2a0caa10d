package dev.elastigres.distribution;

import static dev.elastigres.distribution.JarBundle.DependencyList.COMMAND;
import static dev.elastigres.distribution.JarBundle.DependencyList.NODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.node.NodeMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarBundleTest {
    @TempDir Path folder;

    private Path jar(String name) throws IOException {
        Path file = folder.resolve(name);
        new JarOutputStream(Files.newOutputStream(file)).close();
        return file;
    }

    /// A new dependency of a daemon needs a decision record: docs/decisions has the reason for
    /// each.
    @Test
    void theImageHoldsTheseJarsAndNoOthers() {
        assertThat(NODE.names())
                .extracting(name -> name.replaceAll("-\\d[\\w.-]*\\.jar$", ""))
                .containsExactlyInAnyOrder(
                        "elastigres-agent",
                        "elastigres-controller",
                        "elastigres-core",
                        "elastigres-daemon",
                        "elastigres-kubernetes",
                        "elastigres-monitor",
                        "elastigres-node",
                        "elastigres-page",
                        "elastigres-protocol",
                        "elastigres-reclaimer",
                        "jackson-annotations",
                        "jackson-core",
                        "jackson-databind",
                        "jackson-dataformat-yaml",
                        "jackson-datatype-jsr310",
                        "kubernetes-client",
                        "kubernetes-client-api",
                        "kubernetes-httpclient-jdk",
                        "kubernetes-model-admissionregistration",
                        "kubernetes-model-apiextensions",
                        "kubernetes-model-apps",
                        "kubernetes-model-autoscaling",
                        "kubernetes-model-batch",
                        "kubernetes-model-certificates",
                        "kubernetes-model-common",
                        "kubernetes-model-coordination",
                        "kubernetes-model-core",
                        "kubernetes-model-discovery",
                        "kubernetes-model-events",
                        "kubernetes-model-extensions",
                        "kubernetes-model-flowcontrol",
                        "kubernetes-model-gatewayapi",
                        "kubernetes-model-metrics",
                        "kubernetes-model-networking",
                        "kubernetes-model-node",
                        "kubernetes-model-policy",
                        "kubernetes-model-rbac",
                        "kubernetes-model-resource",
                        "kubernetes-model-scheduling",
                        "kubernetes-model-storageclass",
                        "picocli",
                        "postgresql",
                        "slf4j-api",
                        "slf4j-jdk14",
                        "snakeyaml",
                        "snakeyaml-engine",
                        "tomlj",
                        "zjsonpatch");
    }

    /// The installed command is what a node runs, and what people type.
    @Test
    void theCommandHasTheseJarsInAddition() {
        var names = new TreeSet<>(COMMAND.names());
        assertThat(names).containsAll(NODE.names());
        names.removeAll(NODE.names());
        assertThat(names)
                .extracting(name -> name.replaceAll("-\\d[\\w.-]*\\.jar$", ""))
                .containsExactlyInAnyOrder(
                        "elastigres-cli",
                        "elastigres-host",
                        "elastigres-inspect",
                        "elastigres-platform-vm",
                        "elastigres-scheduler",
                        "elastigres-simulation",
                        "elastigres-vm");
    }

    /// A new library needs an entry in [Sbom].
    @Test
    void theOriginAndLicenseOfEveryJarAreKnown() {
        for (String name : COMMAND.names())
            assertThat(Sbom.findOrigin(name)).as("origin of %s", name).isPresent();
    }

    @Test
    void itIsFoundAmongOtherJars() throws Exception {
        for (String name : NODE.names()) jar(name);
        jar("elastigres-testbed-0.1.0.jar");
        assertThat(JarBundle.of(NODE, List.of(folder)).jars())
                .extracting(JarBundle::name)
                .containsExactlyElementsOf(NODE.names());
    }

    @Test
    void reportsMissingJar() throws Exception {
        for (String name : NODE.names()) if (!name.startsWith("elastigres-core")) jar(name);
        assertThatThrownBy(() -> JarBundle.of(NODE, List.of(folder)))
                .isInstanceOf(PackException.Refused.class)
                .hasMessageContaining("missing elastigres-core-");
    }

    /// Uses the libraries of this test run; our own modules are folders here.
    @Test
    void runtimeHasModulesUsedByJars() throws Exception {
        var libraries =
                Stream.of(System.getProperty("java.class.path").split(":", -1))
                        .map(Path::of)
                        .filter(it -> it.toString().matches(".*/(postgresql|picocli|tomlj)-.*jar"))
                        .toList();
        assertThat(libraries).hasSize(3);
        assertThat(new JarBundle(libraries).platform())
                .contains("java.base", "java.sql", "java.naming")
                .doesNotContain("java.desktop", "not found");
    }

    @Test
    void launcherUsesRuntimeAndJarsBesideIt() {
        var launcher =
                new NativeLauncher(
                        "elastigres",
                        NodeMain.class.getName(),
                        List.of("lib/a.jar", "lib/b.jar"),
                        List.of("-Xss256k", "-XX:AOTCache=$ROOTDIR/classes.aot"));
        assertThat(launcher.settings())
                .isEqualTo(
                        """
                        [Application]
                        app.mainclass=dev.elastigres.node.NodeMain
                        app.runtime=$ROOTDIR/runtime
                        app.classpath=$ROOTDIR/lib/a.jar
                        app.classpath=$ROOTDIR/lib/b.jar

                        [JavaOptions]
                        java-options=-Xss256k
                        java-options=-XX:AOTCache=$ROOTDIR/classes.aot
                        """);
    }

    @Test
    void itsMainIsThatOfThePayload() {
        assertThat(Payload.PayloadKind.NODE.main()).isEqualTo(NodeMain.class.getName());
        assertThat(Payload.PayloadKind.NODE.options()).contains("-XX:MaxRAMPercentage=");
    }
}
