package dev.elastigres.daemon.settings;

import static dev.elastigres.daemon.settings.SampleSettings.KEEP;
import static dev.elastigres.daemon.settings.SampleSettings.OVERHEAD;
import static dev.elastigres.daemon.settings.SampleSettings.SAMPLE;
import static dev.elastigres.daemon.settings.SampleSettings.TABLE;
import static dev.elastigres.daemon.settings.SampleSettings.problems;
import static dev.elastigres.daemon.settings.SampleSettings.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sections of the configuration file.
class SectionsTest {
    @TempDir private Path folder;

    @Test
    void aSectionBeatsEverySourceAndTheRestIsAsForAll() throws Exception {
        String file =
                write(
                        """
                        sample = "2s"

                        [db.one]
                        cgroup-overhead = 0.3

                        [db."b.*"]
                        keep = true
                        """);
        Settings settings =
                run(Map.of("ELASTIGRES_KEEP", "false"), "--config", file, "--cgroup-overhead=0.2");
        assertThat(settings.get(OVERHEAD)).isEqualTo(0.2);
        assertThat(settings.sections().sequencedKeySet()).containsExactly("one", "b.*");
        Settings one = section(settings, "one");
        assertThat(one.get(OVERHEAD)).isEqualTo(0.3);
        assertThat(one.origin(OVERHEAD)).isEqualTo(new SettingOrigin.File(file, 4));
        assertThat(one.get(SAMPLE)).isEqualTo(Duration.ofSeconds(2));
        assertThat(one.get(KEEP)).isFalse();
        Settings pattern = section(settings, "b.*");
        assertThat(pattern.get(KEEP)).isTrue();
        assertThat(pattern.get(OVERHEAD)).isEqualTo(0.2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "db.one.sampel = '1s'|[db.one]: unknown setting sampel: did you mean sample?",
                "db.one.nothing-like-it = 1|[db.one]: unknown setting nothing-like-it: remove it",
                "db.one.addr = 'a:1'|[db.one]: addr applies to all: move it out of the section",
                "db.one.sample = '1 parsec'|sample: \"1 parsec\" is not a time",
                "db.one.sample = [1]|sample: is not a single value",
                "db.one.cache.multiplier.x = 1|[db.one]: unknown setting cache.multiplier.x",
                "db.one = 1|db.one is not a section: write [db.NAME], and settings below it",
                "db = 1|db is not a section: write [db.NAME], and settings below it",
                "dbs.one.sample = '1s'|unknown setting dbs.one.sample"
            })
    void aMistakeIsOneLine(String line, String problem) throws IOException {
        String file = write("# first\n" + line.replace('\'', '"') + "\n");
        assertThat(problems("--config", file))
                .singleElement()
                .asString()
                .startsWith(file + ":2: ")
                .contains(problem);
    }

    @Test
    void printsEquivalentConfigFile() throws Exception {
        String file =
                write(
                        """
                        [db.one]
                        sample = "3s"
                        [db."b.*"]
                        keep = true
                        """);
        var printed =
                (Invocation.PrintConfig)
                        TABLE.read(List.of("--print-config", "--config", file), Map.of());
        assertThat(printed.toml())
                .endsWith(
                        """

                        [db.one]
                        sample = "3s"  # %1$s:2

                        [db."b.*"]
                        keep = true  # %1$s:4
                        """
                                .formatted(file));
        Settings again = run("--config", write(printed.toml()));
        assertThat(section(again, "one").get(SAMPLE)).isEqualTo(Duration.ofSeconds(3));
        assertThat(section(again, "b.*").get(KEEP)).isTrue();
    }

    @Test
    void helpListsSettingsOfSections() throws Exception {
        var help = (Invocation.Help) TABLE.read(List.of("--help"), Map.of());
        assertThat(help.text().replaceAll("\\s+", " "))
                .contains("A section [db.NAME] of the file applies to NAME only")
                .contains("cgroup-overhead, sample, keep, cache.multiplier.");
    }

    @Test
    void listsSettingsChangedByReload() throws Exception {
        Settings now = run("--sample=1s");
        assertThat(now.changes(run("--sample=1000ms"))).isEmpty();
        assertThat(now.changes(run("--sample=2s", "--keep", "--cgroup=x")))
                .containsExactly("cgroup", "keep", "sample");
    }

    private static Settings section(Settings settings, String name) {
        return Optional.ofNullable(settings.sections().get(name)).orElseThrow();
    }

    private String write(String toml) throws IOException {
        return Files.writeString(folder.resolve("sample.toml"), toml).toString();
    }
}
