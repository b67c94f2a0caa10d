package dev.elastigres.daemon.settings;

import static dev.elastigres.daemon.settings.SampleSettings.ADDR;
import static dev.elastigres.daemon.settings.SampleSettings.CGROUP;
import static dev.elastigres.daemon.settings.SampleSettings.KEEP;
import static dev.elastigres.daemon.settings.SampleSettings.OVERHEAD;
import static dev.elastigres.daemon.settings.SampleSettings.PGCONNSTR;
import static dev.elastigres.daemon.settings.SampleSettings.PROCFS;
import static dev.elastigres.daemon.settings.SampleSettings.SAMPLE;
import static dev.elastigres.daemon.settings.SampleSettings.TABLE;
import static dev.elastigres.daemon.settings.SampleSettings.problems;
import static dev.elastigres.daemon.settings.SampleSettings.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    @TempDir private Path folder;

    @Test
    void flagsBeatVariablesBeatTheFileBeatsDefaults() throws Exception {
        String file =
                write(
                        """
                        addr = "file:1"
                        cgroup = "file"
                        sample = "1s"
                        """);
        Settings settings =
                run(
                        Map.of("ELASTIGRES_ADDR", "variable:1", "ELASTIGRES_CGROUP", "variable"),
                        "--config",
                        file,
                        "--addr=flag:1");
        assertThat(settings.get(ADDR)).hasToString("flag:1");
        assertThat(settings.get(CGROUP)).isEqualTo("variable");
        assertThat(settings.get(SAMPLE)).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.get(OVERHEAD)).isEqualTo(0.1);
        assertThat(settings.origin(ADDR)).isEqualTo(new SettingOrigin.Flag("--addr"));
        assertThat(settings.origin(CGROUP))
                .isEqualTo(new SettingOrigin.Variable("ELASTIGRES_CGROUP"));
        assertThat(settings.origin(SAMPLE)).isEqualTo(new SettingOrigin.File(file, 3));
        assertThat(settings.origin(OVERHEAD)).isEqualTo(new SettingOrigin.Default());
    }

    @Test
    void variablesAreUpperSnakeAndEmptyMeansNotSet() throws Exception {
        Settings settings =
                run(
                        Map.of(
                                "ELASTIGRES_PATH_PROCFS", "/p",
                                "ELASTIGRES_KEEP", "true",
                                "ELASTIGRES_CGROUP", "",
                                "ELASTIGRES_CONFIG", write("cgroup-overhead = 0.5")));
        assertThat(settings.get(PROCFS)).isEqualTo(Path.of("/p"));
        assertThat(settings.get(KEEP)).isTrue();
        assertThat(settings.find(CGROUP)).isEmpty();
        assertThat(settings.get(OVERHEAD)).isEqualTo(0.5);
    }

    @Test
    void rejectsUnknownOwnVariablesAndIgnoresForeignOnes() {
        assertThat(
                        problems(
                                Map.of(
                                        "ELASTIGRES_KUBECONFIG", "x",
                                        "ELASTIGRES_AGENT_SERVICE_HOST", "10.0.0.1",
                                        "ELASTIGRES_AGENT_SERVICE_PORT_HTTP", "80",
                                        "ELASTIGRES_AGENT_PORT", "tcp://10.0.0.1:80",
                                        "ELASTIGRES_AGENT_PORT_80_TCP_ADDR", "10.0.0.1",
                                        "ELASTIGRES_PATH_PROCS", "x",
                                        "ELASTIGRES_HELP", "true",
                                        "ELASTIGRES_PORT_X", "1",
                                        "ELASTIGRES_", "x",
                                        "ADDR", "x")))
                .containsExactly(
                        "unknown variable ELASTIGRES_: unset it, or see --help",
                        "unknown variable ELASTIGRES_HELP: unset it, or see --help",
                        "unknown variable ELASTIGRES_PATH_PROCS: did you mean ELASTIGRES_PATH_PROCFS?",
                        "unknown variable ELASTIGRES_PORT_X: unset it, or see --help");
    }

    @Test
    void readsEveryFormOfToml() throws Exception {
        for (String toml :
                List.of(
                        "path.procfs = '/p'\ncgroup-overhead = 0.5\nkeep = true",
                        "cgroup-overhead = \"0.5\"\nkeep = \"true\"\n[path]\nprocfs = '/p'",
                        "path = { procfs = '/p' }\nkeep = true\ncgroup-overhead = 5e-1",
                        "'path.procfs' = '/p'\nkeep = true # yes\ncgroup-overhead = 0.50",
                        "\r\n\"path\".procfs='''\r\n/p'''\r\nkeep=true\r\ncgroup-overhead=0.5\r\n")) {
            Settings settings = run("--config", write(toml));
            assertThat(settings.get(PROCFS)).isEqualTo(Path.of("/p"));
            assertThat(settings.get(OVERHEAD)).isEqualTo(0.5);
            assertThat(settings.get(KEEP)).isTrue();
        }
        assertThat(run("--config", write("cgroup-overhead = 1")).get(OVERHEAD)).isEqualTo(1.0);
    }

    @Test
    void reportsFileProblemsByLine() throws Exception {
        String file =
                write(
                        """
                        # a comment
                        adr = "x:1"
                        addr = "x"
                        cgroup = ["a", "b"]
                        sample = 5

                        [path]
                        procs = "/p"
                        config = "other.toml"
                        """);
        assertThat(problems("--config", file))
                .containsExactly(
                        file + ":2: unknown setting adr: did you mean addr?",
                        file
                                + ":4: cgroup: is not a single value: give a text, a number, true or false",
                        file + ":8: unknown setting path.procs: did you mean path.procfs?",
                        file + ":9: unknown setting path.config: remove it, or see --help",
                        file + ":3: addr: \"x\" has no port: give HOST:PORT",
                        file
                                + ":5: sample: \"5\" is not a time: give a whole number with its unit,"
                                + " like 100ms, 5s, 1m or 1h");
    }

    @Test
    void reportsInvalidTomlWithoutQuotingIt() throws Exception {
        String file = write("addr = \"h:1\"\npgconnstr = password=hunter2\n");
        assertThat(problems("--config", file))
                .isNotEmpty()
                .allMatch(line -> line.startsWith(file + ":2: is not TOML at column "))
                .noneMatch(line -> line.contains("hunter2"));
        assertThat(problems("--config", write("addr = \"a:1\"\naddr = \"b:1\"\n")))
                .singleElement()
                .asString()
                .contains(":2: is not TOML at column 1: write each NAME = VALUE once");
        assertThat(problems("--config", write("path.procfs = '/p'\n'path.procfs' = '/q'\n")))
                .singleElement()
                .asString()
                .endsWith(":2: path.procfs: is given more than once: keep one");
    }

    @Test
    void reportsWhyAFileCannotBeRead() throws Exception {
        assertThat(problems("--config", folder + "/none.toml"))
                .singleElement()
                .asString()
                .startsWith("--config: cannot read /")
                .endsWith("none.toml: there is no such file");
        assertThat(problems("--config", folder.toString()))
                .singleElement()
                .asString()
                .endsWith(": it is a directory");
        Path latin1 = Files.write(folder.resolve("latin1"), new byte[] {'#', (byte) 0xe4});
        assertThat(problems("--config", latin1.toString()))
                .singleElement()
                .asString()
                .endsWith(": it is not UTF-8");
        Path large = Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);
        assertThat(problems("--config", large.toString()))
                .singleElement()
                .asString()
                .endsWith(": it is above 1MiB");
        assertThat(problems("--config", "/dev/zero"))
                .singleElement()
                .asString()
                .endsWith(": it is a pipe or a device, not a file");
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertThat(problems("--config", pipe.toString()))
                .singleElement()
                .asString()
                .endsWith(": it is a pipe or a device, not a file");
        assertThat(problems(Map.of("ELASTIGRES_CONFIG", "a\0b")))
                .containsExactly("ELASTIGRES_CONFIG: \"a\\u0000b\" is not a path");
    }

    @Test
    void survivesDeepNesting() throws Exception {
        assertThat(problems("--config", write("cgroup = " + "[".repeat(100_000))))
                .isNotEmpty()
                .allMatch(line -> line.length() < 400);
    }

    @Test
    void anyFileIsReadOrRefused() throws Exception {
        var random = new Random(6);
        String sound = "addr = \"h:1\"\ncgroup-overhead = 0.5 # half\n[path]\nprocfs = '/p'\n";
        int read = 0;
        for (int round = 0; round < 1000; round++) {
            var text = new StringBuilder(sound);
            for (int i = random.nextInt(4); i > 0; i--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) text.setCharAt(at, (char) (random.nextInt(96) + 32));
                else text.delete(at, Math.min(text.length(), at + 5));
            }
            List<String> problems = problems("--config", write(text.toString()));
            if (problems.isEmpty()) read++;
            assertThat(problems).allMatch(line -> !line.contains("\n"));
        }
        assertThat(read).isBetween(100, 900);
    }

    @Test
    void printsEffectiveConfigAsEquivalentFile() throws Exception {
        String file = write("\nsample = '60000ms'\n");
        var args =
                new ArrayList<>(
                        List.of("--config", file, "-a", "[::1]:1", "--cgroup", "a \"b\"\\\n"));
        var variables = Map.of("ELASTIGRES_KEEP", "true");
        String printed = print(args, variables);
        assertThat(printed)
                .isEqualTo(
                        """
                        addr = "[::1]:1"           # flag -a
                        # pgconnstr =              # not set
                        # secret-number =          # not set
                        cgroup = "a \\"b\\"\\\\\\n"     # flag --cgroup
                        path.procfs = "/proc"      # default
                        cgroup-overhead = 0.1      # default
                        sample = "1m"              # %s:2
                        keep = true                # ELASTIGRES_KEEP
                        cache.multiplier = 0.75    # default
                        cache.spread = 0.1         # default
                        cache.min-left = "256MiB"  # default
                        """
                                .formatted(file));

        Settings same = run("--config", write(printed));
        assertThat(same.get(ADDR)).hasToString("[::1]:1");
        assertThat(same.get(CGROUP)).isEqualTo("a \"b\"\\\n");
        assertThat(same.get(KEEP)).isTrue();
        assertThat(same.find(PGCONNSTR)).isEmpty();
    }

    @Test
    void printsNoSecret() throws Exception {
        assertThat(print(List.of("-p", "host=h password=hunter2"), Map.of()))
                .contains("# pgconnstr = \"host=h password=***\"  # flag -p, redacted\n")
                .doesNotContain("hunter2");
        assertThat(print(List.of("-p", "host=h"), Map.of()))
                .contains("\npgconnstr = \"host=h\"       # flag -p\n");
    }

    @Test
    void printsNothingWhileThereAreProblems() {
        assertThat(problems("--print-config", "--addr=x")).hasSize(1);
    }

    @Test
    void helps() throws Exception {
        String help =
                switch (TABLE.read(List.of("--help"), Map.of())) {
                    case Invocation.Help(String text) -> text;
                    case Invocation other -> throw new AssertionError(other);
                };
        assertThat(help.lines()).allMatch(line -> line.length() <= 100);
        assertThat(help)
                .startsWith("Usage: elastigres sample [FLAG]...\n\nServer:\n")
                .contains(
                        """
                          -a, --addr HOST:PORT            Where to listen for agents; port 0 picks a free one
                                                          [127.0.0.1:10301]
                          -p, --pgconnstr CONNSTR         How to reach Postgres
                        """)
                .contains("\nGeneral:\n      --config FILE ")
                .contains("(--addr: ELASTIGRES_ADDR)");
    }

    private static String print(List<String> args, Map<String, String> variables)
            throws UsageException {
        var all = new ArrayList<>(args);
        all.add("--print-config");
        return switch (TABLE.read(all, variables)) {
            case Invocation.PrintConfig(String toml) -> toml;
            case Invocation other -> throw new AssertionError(other);
        };
    }

    private String write(String toml) throws IOException {
        return Files.writeString(folder.resolve("m.toml"), toml).toString();
    }
}
