package dev.elastigres.daemon.settings;

import static dev.elastigres.daemon.settings.SampleSettings.ADDR;
import static dev.elastigres.daemon.settings.SampleSettings.CGROUP;
import static dev.elastigres.daemon.settings.SampleSettings.KEEP;
import static dev.elastigres.daemon.settings.SampleSettings.OVERHEAD;
import static dev.elastigres.daemon.settings.SampleSettings.PGCONNSTR;
import static dev.elastigres.daemon.settings.SampleSettings.TABLE;
import static dev.elastigres.daemon.settings.SampleSettings.problems;
import static dev.elastigres.daemon.settings.SampleSettings.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlagsTest {

    @Test
    void withoutFlagsEverythingHasItsDefault() throws UsageException {
        Settings settings = run();
        assertThat(settings.get(ADDR)).hasToString("127.0.0.1:10301");
        assertThat(settings.get(KEEP)).isFalse();
        assertThat(settings.find(CGROUP)).isEmpty();
        assertThat(settings.origin(ADDR)).isEqualTo(new SettingOrigin.Default());
        assertThat(settings.origin(CGROUP)).isEqualTo(new SettingOrigin.Nowhere());
        assertThatThrownBy(() -> settings.get(CGROUP)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readsEveryForm() throws UsageException {
        assertThat(run("--addr", "h:1").get(ADDR)).hasToString("h:1");
        assertThat(run("--addr=h:1").get(ADDR)).hasToString("h:1");
        assertThat(run("-a", "h:1").get(ADDR)).hasToString("h:1");
        assertThat(run("-ah:1").get(ADDR)).hasToString("h:1");
        assertThat(run("-a=h:1").get(ADDR)).hasToString("h:1");
        assertThat(run("--pgconnstr=host=h port=1").get(PGCONNSTR)).isEqualTo("host=h port=1");
        assertThat(run("--cgroup=-x").get(CGROUP)).isEqualTo("-x");
        assertThat(run("--cgroup", "-").get(CGROUP)).isEqualTo("-");
        assertThat(run("--keep").get(KEEP)).isTrue();
        assertThat(run("--keep=false").get(KEEP)).isFalse();
        assertThat(run("-a", "h:1").origin(ADDR).describe()).isEqualTo("flag -a");
        assertThat(run("--addr=h:1").origin(ADDR).describe()).isEqualTo("flag --addr");
    }

    @Test
    void namesTheFlagThatWasMeantInExactlyOneLine() {
        String meant = "unknown flag --cgroup-overhed: did you mean --cgroup-overhead?";
        assertThat(problems("--cgroup-overhed", "0.1")).containsExactly(meant);
        assertThat(problems("--cgroup-overhed=0.1")).containsExactly(meant);
        assertThat(problems("--cgroup-overhed")).containsExactly(meant);
        assertThat(problems("--cgroup_overhead", "1"))
                .containsExactly("unknown flag --cgroup_overhead: did you mean --cgroup-overhead?");
        assertThat(problems("--procfs", "/p"))
                .containsExactly("unknown flag --procfs: did you mean --path.procfs?");
        assertThat(problems("-addr", "h:1"))
                .containsExactly("unknown flag -addr: did you mean --addr?");
        assertThat(problems("--kep", "x"))
                .containsExactly(
                        "unknown flag --kep: did you mean --keep?",
                        "unexpected argument x: only flags are understood, see --help");
        assertThat(problems("--frobnicate", "x"))
                .containsExactly("unknown flag --frobnicate: see --help");
        assertThat(problems("-x")).containsExactly("unknown flag -x: see --help");
        assertThat(problems("--")).containsExactly("unknown flag --: see --help");
    }

    @Test
    void reportsAllProblemsAtOnce() {
        assertThat(
                        problems(
                                Map.of("ELASTIGRES_ADR", "x", "ELASTIGRES_SAMPLE", "5"),
                                "--addr",
                                "nowhere",
                                "--cgroup",
                                "--overhead=2",
                                "--cgroup-overhead=2",
                                "--keep",
                                "--keep",
                                "--cache.multiplier=0.95"))
                .containsExactly(
                        "--cgroup needs a value: --cgroup NAME, or --cgroup=VALUE when it begins with a dash",
                        "--keep is given more than once: keep one",
                        "unknown variable ELASTIGRES_ADR: did you mean ELASTIGRES_ADDR?",
                        "--addr: \"nowhere\" has no port: give HOST:PORT",
                        "--cgroup-overhead: \"2\" is out of range: give a number from 0.0 to 1.0",
                        "ELASTIGRES_SAMPLE: \"5\" is not a time: give a whole number with its unit,"
                                + " like 100ms, 5s, 1m or 1h",
                        "--cache.multiplier, --cache.min-left (default), --cache.spread (default):"
                                + " multiplier * (spread + 1) must be below 1, or a full cache would"
                                + " not fit: 0.95 * (0.1 + 1)");
    }

    @Test
    void reportsMissingRepeatedAndExtraArguments() {
        assertThat(problems("--addr")).containsExactly("--addr needs a value: --addr HOST:PORT");
        assertThat(problems("-a")).containsExactly("-a needs a value: -a HOST:PORT");
        assertThat(problems("--addr", "--keep"))
                .containsExactly(
                        "--addr needs a value: --addr HOST:PORT, or --addr=VALUE when it begins with a dash");
        assertThat(problems("-a", "h:1", "--addr", "h:2", "--addr=h:3"))
                .containsExactly("--addr is given more than once: keep one");
        assertThat(problems("pg", "x", "--keep", "y"))
                .containsExactly(
                        "unexpected argument pg: only flags are understood, see --help",
                        "unexpected argument y: only flags are understood, see --help");
        assertThat(problems("--keep=maybe"))
                .containsExactly("--keep: \"maybe\" is neither true nor false");
        assertThat(problems("--cgroup-overhead", "-1"))
                .containsExactly(
                        "--cgroup-overhead: \"-1\" is out of range: give a number from 0.0 to 1.0");
        assertThat(problems("--cgroup", ""))
                .containsExactly("--cgroup: \"\" is empty: give a text");
    }

    @Test
    void neverRepeatsASecret() {
        var lines = new ArrayList<String>();
        lines.addAll(problems("--secret-number", "hunter2"));
        lines.addAll(problems("--secret-number=hunter2"));
        lines.addAll(problems("--secret-numbr", "hunter2", "hunter2"));
        lines.addAll(problems("--secret-numbr=hunter2"));
        lines.addAll(problems("--pgconnstr", "host=h", "password=hunter2", "hunter2"));
        lines.addAll(problems("--pgconnstr", "--hunter2"));
        lines.addAll(problems("-pa", "-phunter2"));
        lines.addAll(problems("--keep", "postgresql://user:hunter2@host/db"));
        lines.addAll(problems(Map.of("ELASTIGRES_SECRET_NUMBER", "hunter2")));
        assertThat(lines)
                .hasSize(9)
                .contains(
                        "--secret-number: the value is not a number in range: give a whole number from 0 to 9",
                        "unexpected argument at position 2: only flags are understood, see --help",
                        "unexpected argument after --pgconnstr: put a value that has spaces in quotes")
                .noneMatch(line -> line.contains("hunter2"));
    }

    @Test
    void keepsEachProblemOnOneShortLine() {
        assertThat(problems("--addr", "a\nb\u001b[31m" + "x".repeat(1_000_000)))
                .singleElement()
                .asString()
                .startsWith("--addr: \"a\\nb\\u001B[31mxx")
                .hasSizeLessThan(200);
        assertThat(problems("--" + "y\n".repeat(1_000_000)))
                .singleElement()
                .asString()
                .doesNotContain("\n")
                .hasSizeLessThan(250);
    }

    @Test
    void adviceIsPartOfTheFullHelpOnly() throws UsageException {
        SettingTable table =
                SettingTable.of("sample")
                        .group(
                                "Timing",
                                Setting.of("interval", SettingType.duration(), "Interval of ticks")
                                        .advice("Shorter takes more CPU time.")
                                        .flag('i')
                                        .or("5s"));
        assertThat(help(table, "--help"))
                .contains("Interval of ticks [5s]\n")
                .doesNotContain("CPU time");
        assertThat(help(table, "--help=all"))
                .contains("Interval of ticks [5s]\n")
                .contains(" ".repeat(34) + "Shorter takes more CPU time.\n");
        assertThatThrownBy(() -> help(table, "--help=more"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--help has no such value: give --help or --help=all");
        assertThat(table.documentation())
                .containsExactly(
                        new DocumentedSetting(
                                "Timing",
                                "interval",
                                "TIME",
                                "5s",
                                "Interval of ticks",
                                "Shorter takes more CPU time."));
    }

    private static String help(SettingTable table, String flag) throws UsageException {
        return ((Invocation.Help) table.read(List.of(flag), Map.of())).text();
    }

    @Test
    void helpAndVersionPrecedeProblems() throws UsageException {
        for (String flag : List.of("-h", "--help"))
            assertThat(TABLE.read(List.of("--nonsense", flag), Map.of()))
                    .isInstanceOf(Invocation.Help.class);
        for (String flag : List.of("-V", "--version"))
            assertThat(TABLE.read(List.of("--addr", flag), Map.of()))
                    .isEqualTo(new Invocation.Version());
    }

    @Test
    void rulesWaitForSoundValues() {
        assertThat(problems("--cache.multiplier=0.95", "--cache.spread=x"))
                .singleElement()
                .asString()
                .startsWith("--cache.spread: ");
        assertThat(problems("--cache.multiplier=0.95", "--cache.spread=0.01")).isEmpty();
    }

    @Test
    void anyCommandLineIsReadOrRefused() {
        var random = new Random(5);
        var words =
                List.of(
                        "--addr",
                        "-a",
                        "-ah:1",
                        "--",
                        "-",
                        "",
                        "x",
                        "--keep",
                        "--keep=",
                        "--addr=h:1",
                        "--cgroup-overhed",
                        "0.1",
                        "-1",
                        "--\uD800",
                        "-\uD83D\uDE00x",
                        "=",
                        "--=",
                        "-=",
                        "---",
                        "--sample",
                        "5s",
                        "5",
                        "-p",
                        "--print-config",
                        "-c\0");
        int sound = 0;
        for (int round = 0; round < 20_000; round++) {
            String[] args = new String[random.nextInt(5)];
            for (int i = 0; i < args.length; i++) args[i] = words.get(random.nextInt(words.size()));
            List<String> problems = problems(args);
            if (problems.isEmpty()) sound++;
            assertThat(problems).allMatch(line -> !line.isBlank() && !line.contains("\n"));
        }
        assertThat(sound).isGreaterThan(1000);
    }

    @Test
    void tablesAreUnambiguous() {
        var table = SettingTable.of("x").group("G", ADDR);
        for (Setting<?> clash :
                List.<Setting<?>>of(
                        ADDR,
                        Setting.of("help", SettingType.toggle(), ""),
                        Setting.of("other", SettingType.text(), "").flag('a'),
                        Setting.of("addr.sub", SettingType.text(), "")))
            assertThatThrownBy(() -> table.group("H", clash).read(List.of(), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Setting.of("Bad_Name", SettingType.text(), ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OVERHEAD.or("2")).isInstanceOf(IllegalArgumentException.class);
    }
}
