package dev.elastigres.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The arrows of ARCHITECTURE.md. They go one way.
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
        // A rule about classes that were not read holds always.
        assertThat(seen)
                .hasEntrySatisfying("core", count -> assertThat(count).isGreaterThan(50))
                .hasEntrySatisfying("protocol", count -> assertThat(count).isGreaterThan(30))
                .hasEntrySatisfying("simulation", count -> assertThat(count).isGreaterThan(10))
                .hasEntrySatisfying("daemon", count -> assertThat(count).isGreaterThan(60))
                .hasEntrySatisfying("testbed", count -> assertThat(count).isGreaterThan(8))
                .hasEntrySatisfying("monitor", count -> assertThat(count).isGreaterThan(70))
                .hasEntrySatisfying("vm", count -> assertThat(count).isGreaterThan(80))
                .hasEntrySatisfying("agent", count -> assertThat(count).isGreaterThan(5))
                .hasEntrySatisfying("kubernetes", count -> assertThat(count).isGreaterThan(30))
                .hasEntrySatisfying("cli", count -> assertThat(count).isGreaterThan(3))
                .hasSize(10);
    }

    @ParameterizedTest
    @CsvSource({
        "core, protocol|simulation|daemon|testbed|monitor|vm|agent|kubernetes|cli|lab",
        "protocol, simulation|daemon|testbed|monitor|vm|agent|kubernetes|cli|lab",
        "simulation, protocol|daemon|testbed|monitor|vm|agent|kubernetes|cli|lab",
        "daemon, protocol|simulation|testbed|monitor|vm|agent|kubernetes|cli|lab",
        "testbed, core|protocol|simulation|daemon|monitor|vm|agent|kubernetes|cli|lab",
        "vm, simulation|daemon|testbed|monitor|agent|kubernetes|cli|lab",
        "monitor, simulation|testbed|vm|agent|kubernetes|cli|lab",
        "agent, simulation|testbed|monitor|kubernetes|cli|lab",
        "kubernetes, simulation|testbed|monitor|vm|cli|lab",
        "cli, lab"
    })
    void doesNotKnowWhatIsAboveOrBeside(String module, String others) {
        String[] forbidden =
                Arrays.stream(others.split("\\|"))
                        .map(name -> ROOT + name + "..")
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
    void nothingIsGlobal() {
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
