package dev.elastigres.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorBundleTest {
    @TempDir Path folder;

    @Test
    void bundlesOnlyRequiredModules() throws Exception {
        var bundle = MonitorBundle.ofThisApplication();
        assertThat(bundle.modules())
                .extracting(module -> module.descriptor().name())
                .containsExactlyInAnyOrder(
                        "dev.elastigres.monitor",
                        "dev.elastigres.core",
                        "dev.elastigres.daemon",
                        "dev.elastigres.protocol",
                        "com.fasterxml.jackson.core",
                        "org.postgresql.jdbc",
                        "org.tomlj");
        assertThat(bundle.platform())
                .contains("java.base", "java.logging", "java.sql", "java.naming")
                .doesNotContain("java.desktop", "java.net.http", "jdk.jlink");
    }

    /// A new version of the Postgres driver may use more modules of the JDK.
    @Test
    void platformModulesSufficeForAutomaticModules() throws Exception {
        var bundle = MonitorBundle.ofThisApplication();
        Set<String> used =
                bundle.modules().stream()
                        .filter(module -> module.descriptor().isAutomatic())
                        .map(module -> Path.of(module.location().orElseThrow()))
                        .flatMap(jar -> platformModules(jar).stream())
                        .collect(Collectors.toCollection(HashSet::new));
        used.remove("java.desktop");
        assertThat(used).containsAll(MonitorBundle.DRIVER);
        var jdk = Configuration.empty();
        assertThat(
                        jdk.resolve(ModuleFinder.ofSystem(), ModuleFinder.of(), bundle.platform())
                                .modules())
                .extracting(ResolvedModule::name)
                .containsAll(used);
    }

    private static Set<String> platformModules(Path jar) {
        var messages = new StringWriter();
        var writer = new PrintWriter(messages);
        int code =
                ToolProvider.findFirst("jdeps")
                        .orElseThrow()
                        .run(
                                writer,
                                writer,
                                "-s",
                                "--multi-release",
                                "base",
                                "--ignore-missing-deps",
                                jar.toString());
        assertThat(code).as(messages.toString()).isZero();
        return messages.toString()
                .lines()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .filter(name -> name.startsWith("java."))
                .collect(Collectors.toSet());
    }

    @Test
    void aRuntimeIsKnownByItsInputs() {
        var one = JavaRuntime.with(List.of("java.base", "java.sql"));
        assertThat(one.identity())
                .isEqualTo(JavaRuntime.with(List.of("java.sql", "java.base")).identity())
                .isNotEqualTo(JavaRuntime.with(List.of("java.base")).identity())
                .isNotEqualTo(new JavaRuntime("another", one.arguments()).identity());
    }

    @Test
    void aRuntimeIsMadeOnce() throws Exception {
        var runtime = JavaRuntime.with(List.of("java.base"));
        Path made = runtime.in(folder);
        assertThat(made.resolve("bin/java")).isExecutable();
        Path mark = Files.writeString(made.resolve("mark"), "");
        assertThat(runtime.in(folder)).isEqualTo(made);
        assertThat(mark).exists();
        try (var files = Files.list(folder)) {
            assertThat(files.filter(Files::isDirectory)).containsExactly(made);
        }
    }
}
