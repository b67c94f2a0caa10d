package dev.elastigres.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checks the dependencies between modules that ARCHITECTURE.md describes.
class ArchitectureTest {
    private static final String ROOT = "dev.elastigres.";
    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.elastigres");

    @Test
    void seesEveryModule() {
        Map<String, Long> seen =
                ALL.stream()
                        .collect(
                                Collectors.groupingBy(
                                        ArchitectureTest::module, Collectors.counting()));
        // A rule about classes that were not imported would always hold.
        assertThat(seen)
                .hasEntrySatisfying("core", count -> assertThat(count).isGreaterThan(50))
                .hasEntrySatisfying("protocol", count -> assertThat(count).isGreaterThan(30))
                .hasEntrySatisfying("host", count -> assertThat(count).isGreaterThan(3))
                .hasEntrySatisfying("simulation", count -> assertThat(count).isGreaterThan(10))
                .hasEntrySatisfying("daemon", count -> assertThat(count).isGreaterThan(60))
                .hasEntrySatisfying("testbed", count -> assertThat(count).isGreaterThan(8))
                .hasEntrySatisfying("monitor", count -> assertThat(count).isGreaterThan(70))
                .hasEntrySatisfying("reclaimer", count -> assertThat(count).isGreaterThan(5))
                .hasEntrySatisfying("scheduler", count -> assertThat(count).isGreaterThan(8))
                .hasEntrySatisfying("vm", count -> assertThat(count).isGreaterThan(80))
                .hasEntrySatisfying("page", count -> assertThat(count).isGreaterThan(5))
                .hasEntrySatisfying("agent", count -> assertThat(count).isGreaterThan(5))
                .hasEntrySatisfying("kubernetes", count -> assertThat(count).isGreaterThan(30))
                .hasEntrySatisfying("controller", count -> assertThat(count).isGreaterThan(10))
                .hasEntrySatisfying("node", count -> assertThat(count).isGreaterThan(5))
                .hasEntrySatisfying("inspect", count -> assertThat(count).isGreaterThan(15))
                .hasEntrySatisfying("cli", count -> assertThat(count).isGreaterThan(20))
                .hasEntrySatisfying("harness", count -> assertThat(count).isGreaterThan(8))
                .hasEntrySatisfying("distribution", count -> assertThat(count).isGreaterThan(20))
                .hasEntrySatisfying("cluster", count -> assertThat(count).isGreaterThan(10))
                .hasEntrySatisfying("demo", count -> assertThat(count).isGreaterThan(30))
                .hasEntrySatisfying("bench", count -> assertThat(count).isGreaterThan(50))
                .hasEntrySatisfying("app", count -> assertThat(count).isPositive())
                .hasEntrySatisfying("platform", count -> assertThat(count).isGreaterThan(2))
                .hasSize(24);
    }

    @ParameterizedTest
    @CsvSource({
        "core, ''",
        "protocol, core",
        "host, ''",
        "simulation, core",
        "daemon, core",
        "testbed, host",
        "vm, core|protocol|host",
        "monitor, core|protocol|daemon",
        "reclaimer, core|protocol|daemon",
        "scheduler, core|protocol|daemon",
        "page, core|protocol|daemon",
        "agent, core|protocol|daemon|page",
        "platform, core|daemon|agent|vm|host",
        "kubernetes, core|protocol|daemon|agent",
        "controller, core|protocol|daemon|agent|kubernetes",
        "node, core|protocol|daemon|monitor|reclaimer|agent|kubernetes|controller",
        "inspect, core|protocol|daemon|host|vm|page|agent|node",
        "cli, core|protocol|daemon|host|inspect|simulation|scheduler|vm|agent|node",
        "harness, core|protocol|daemon|agent|testbed",
        "distribution, core|protocol|daemon|host|vm|monitor|reclaimer|agent|kubernetes|node|cli|harness|testbed",
        "cluster, core|protocol|daemon|host|vm|agent|harness|testbed|distribution",
        "demo, core|protocol|daemon|host|vm|monitor|agent|platform|harness|testbed",
        "bench, core|protocol|daemon|scheduler|host|vm|monitor|agent|kubernetes|harness|testbed|distribution|cluster",
        "app, cli|demo|bench|cluster|distribution"
    })
    void dependsOnNoOtherModules(String module, String allowed) {
        var known = Set.of(allowed.split("\\|"));
        String[] forbidden =
                ALL.stream()
                        .map(ArchitectureTest::module)
                        .distinct()
                        .filter(other -> !other.equals(module) && !known.contains(other))
                        .map(other -> ROOT + other + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(ALL);
    }

    @Test
    void theMapShowsEveryModule() throws Exception {
        String pom = Files.readString(Path.of("../pom.xml"));
        List<String> modules =
                Pattern.compile("<module>([^<]+)</module>")
                        .matcher(pom)
                        .results()
                        .map(it -> it.group(1))
                        .toList();
        String map = Files.readString(Path.of("../ARCHITECTURE.md")).split("```", -1)[1];
        assertThat(map.strip().lines().map(it -> it.split(" ", 2)[0]))
                .containsExactlyInAnyOrderElementsOf(modules);
    }

    @Test
    void coreNeedsNothingButTheLanguage() {
        classes()
                .that()
                .resideInAPackage(ROOT + "core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "core..",
                        "java.lang..",
                        "java.math..",
                        "java.util",
                        "java.util.function..",
                        "java.util.stream..",
                        "java.time",
                        "org.jspecify..")
                .check(ALL);
    }

    @Test
    void coreReadsNoClockAndDoesNotWait() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "core..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(System.class, Thread.class, Clock.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .check(ALL);
    }

    @Test
    void staticFieldsAreFinal() {
        fields().that().areStatic().should().beFinal().check(ALL);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(ALL.stream().map(JavaClass::getPackage).distinct())
                .filteredOn(it -> it.getName().startsWith(ROOT))
                .filteredOn(it -> !it.isAnnotatedWith(NullMarked.class))
                .extracting(JavaPackage::getName)
                .isEmpty();
    }

    private static String module(JavaClass type) {
        String rest = type.getPackageName().substring(ROOT.length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
