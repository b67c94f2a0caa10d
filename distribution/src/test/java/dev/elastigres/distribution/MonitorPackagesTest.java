package dev.elastigres.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MonitorPackagesTest {
    @TempDir Path folder;

    @Test
    void namesArchitecturesAsDebianDoes() throws Exception {
        assertThat(MonitorPackages.architecture("amd64")).isEqualTo("amd64");
        assertThat(MonitorPackages.architecture("aarch64")).isEqualTo("arm64");
        assertThatThrownBy(() -> MonitorPackages.architecture("vax"))
                .isInstanceOf(PackException.Refused.class);
    }

    @Test
    void theTimeCanBeSaid() throws Exception {
        assertThat(MonitorPackages.from(folder, Map.of("SOURCE_DATE_EPOCH", "1000")).time())
                .isEqualTo(Instant.ofEpochSecond(1000));
        assertThat(MonitorPackages.from(folder, Map.of())).isNotNull();
        for (String wrong : new String[] {"soon", "99999999999999999999", "9223372036854775807"})
            assertThatThrownBy(
                            () -> MonitorPackages.from(folder, Map.of("SOURCE_DATE_EPOCH", wrong)))
                    .isInstanceOf(PackException.Refused.class)
                    .hasMessageContaining(wrong);
    }

    @Test
    void wrongUsageIsTwo() {
        var command =
                new CommandLine(new PackageCommand()).setErr(new PrintWriter(new StringWriter()));
        assertThat(command.execute("--nosuch")).isEqualTo(2);
        assertThat(command.execute("--out")).isEqualTo(2);
        assertThat(command.execute("extra")).isEqualTo(2);
        assertThat(command.execute("--arch", "sparc")).isEqualTo(2);
    }

    @Test
    void manualMatchesHelp() {
        String help =
                """
                Usage: elastigres monitor [FLAG]...

                Main:
                  -a, --addr HOST:PORT            Where agents connect; port 0 picks
                                                  'a free one'
                      --with-a-name-that-is-long DURATION
                                                  .dotted
                      --brief                     Short

                A flag is also a variable.
                """;
        assertThat(ManPage.from(help, "1.2.3"))
                .contains("elastigres\\-monitor 1.2.3")
                .contains(
                        """
                        .SS Main
                        .TP
                        .B \\-a, \\-\\-addr HOST:PORT
                        Where agents connect; port 0 picks
                        \\&'a free one'
                        .TP
                        .B \\-\\-with\\-a\\-name\\-that\\-is\\-long DURATION
                        \\&.dotted
                        .TP
                        .B \\-\\-brief
                        Short
                        """)
                .contains("A flag is also a variable.\n.SH FILES");
    }

    /// A new library needs an entry in [Sbom]. Our own modules are jars only once they are packed.
    @Test
    void everyLibraryIsListedWithItsOriginAndItsSum() throws Exception {
        var all = MonitorBundle.ofThisApplication();
        List<Path> libraries =
                all.modules().stream()
                        .map(MonitorBundle::file)
                        .filter(Files::isRegularFile)
                        .toList();
        String text = Sbom.of(libraries, all.platform(), "elastigres-monitor", "1.2.3", "amd64");
        assertThat(text)
                .contains("\"bomFormat\" : \"CycloneDX\"")
                .contains("pkg:maven/com.fasterxml.jackson.core/jackson-core@")
                .contains("pkg:maven/org.postgresql/postgresql@")
                .contains("pkg:maven/com.ongres.scram/scram-client@")
                .contains("pkg:maven/org.tomlj/tomlj@")
                .contains("pkg:generic/openjdk@")
                .isEqualTo(
                        Sbom.of(libraries, all.platform(), "elastigres-monitor", "1.2.3", "amd64"));
        var violations =
                new JsonParser()
                        .validate(text.getBytes(StandardCharsets.UTF_8), Version.VERSION_16);
        assertThat(violations).as("violations of the CycloneDX schema").isEmpty();
    }
}
