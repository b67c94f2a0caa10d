package dev.elastigres.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elastigres.node.AgentCommand;
import dev.elastigres.node.MonitorCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

/// Checks that the help of every command is displayed correctly.
@ResourceLock(Resources.SYSTEM_ERR)
@ResourceLock(Resources.SYSTEM_OUT)
class HelpTest {
    @Test
    void helpTextsCauseNoParserWarnings() {
        var err = new ByteArrayOutputStream();
        PrintStream real = System.err;
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        var helps = new ArrayList<String>();
        try {
            add(Main.commandLine(), helps);
        } finally {
            System.setErr(real);
        }
        assertThat(helps).hasSizeGreaterThan(20).noneMatch(String::isBlank);
        assertThat(err.toString(StandardCharsets.UTF_8)).as("the library's warnings").isEmpty();
    }

    /// `--help` and `help` print the same text, for subcommands, too.
    @Test
    void helpIsTheSameHoweverItIsAskedFor() {
        var paths = new ArrayList<List<String>>();
        addPaths(Main.commandLine(), List.of(), paths);
        assertThat(paths)
                .contains(List.of("agent", "status"), List.of("vm", "psql"), List.of("monitor"));
        for (List<String> path : paths) {
            var flag = new ArrayList<>(path);
            flag.add("--help");
            String help = output(0, flag);
            assertThat(help).as("%s", path).contains("Usage: elastigres " + String.join(" ", path));
            var words = new ArrayList<>(path);
            words.addFirst("help");
            assertThat(output(0, words)).as("%s", words).isEqualTo(help);
        }
        assertThat(output(0, List.of("vm", "help", "image", "build")))
                .isEqualTo(output(0, List.of("vm", "image", "build", "--help")));
    }

    @Test
    void helpRejectsUnknownCommand() {
        assertThat(output(2, List.of("help", "monitr")))
                .isEqualTo("elastigres: elastigres has no command monitr; see elastigres --help\n");
        assertThat(output(2, List.of("help", "vm", "psq"))).contains("vm has no command psq");
        assertThat(output(2, List.of("help", "agent", "x"))).contains("agent has no command x");
    }

    @Test
    void everyCommandPrintsTheVersion() {
        var paths = new ArrayList<List<String>>();
        addPaths(Main.commandLine(), List.of(), paths);
        for (List<String> path : paths) {
            var flag = new ArrayList<>(path);
            flag.add("--version");
            assertThat(output(0, flag)).as("%s", flag).isNotBlank();
        }
    }

    /// Examples are what people copy.
    @Test
    void everyHelpHasExamplesThatCanBeTyped() {
        var paths = new ArrayList<List<String>>();
        addPaths(Main.commandLine(), List.of(), paths);
        for (List<String> path : paths) {
            var flag = new ArrayList<>(path);
            flag.add("--help");
            List<String> examples =
                    output(0, flag)
                            .lines()
                            .dropWhile(line -> !line.equals("Examples:"))
                            .filter(line -> line.startsWith("  "))
                            .map(String::strip)
                            .toList();
            assertThat(examples).as("examples of %s", path).isNotEmpty();
            for (String example : examples) assertCanBeTyped(example);
        }
    }

    private static void assertCanBeTyped(String example) {
        String line = example.replaceFirst("^source <\\((.*)\\)$", "$1").replaceFirst(" > .*", "");
        assertThat(line).startsWith("elastigres ");
        List<String> words =
                Pattern.compile("'([^']*)'|(\\S+)")
                        .matcher(line)
                        .results()
                        .skip(1)
                        .map(it -> it.group(1) != null ? it.group(1) : it.group(2))
                        .toList();
        CommandLine commands = Main.commandLine();
        switch (words.getFirst() + " " + words.getLast()) {
            // Passed on to the daemon, which reads its own flags.
            case String it when it.startsWith("monitor ") ->
                    assertFlags(words, MonitorCommand.flags());
            case String it when it.startsWith("agent ") && words.get(1).startsWith("-") ->
                    assertFlags(words, AgentCommand.flags());
            default ->
                    assertThatCode(() -> commands.parseArgs(words.toArray(String[]::new)))
                            .as(example)
                            .doesNotThrowAnyException();
        }
    }

    private static void assertFlags(List<String> words, List<String> flags) {
        assertThat(words.stream().filter(word -> word.startsWith("-"))).isSubsetOf(flags);
    }

    /// Bash reads the script, and completes flags of daemons, subcommands, and the script's own
    /// commands.
    @Test
    void bashCompletesCommandsAndFlags(@TempDir Path folder) throws Exception {
        Path script = folder.resolve("completion");
        Files.writeString(script, output(0, List.of("completion", "bash")));
        assertThat(completions(script, "elastigres", "vm", "sna")).containsExactly("snapshot");
        assertThat(completions(script, "elastigres", "monitor", "--cgr")).contains("--cgroup");
        assertThat(completions(script, "elastigres", "agent", "--dry")).contains("--dry-run");
        assertThat(completions(script, "elastigres", "agent", "expl")).containsExactly("explain");
        assertThat(completions(script, "elastigres", "la")).containsExactly("lab");
        assertThat(output(2, List.of("completion", "tcsh"))).contains("tcsh");
    }

    private static List<String> completions(Path script, String... words) throws Exception {
        String ask =
                "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_elastigres; printf '%%s\\n' \"${COMPREPLY[@]}\""
                        .formatted(script, String.join(" ", words), words.length - 1);
        Process bash = new ProcessBuilder("bash", "-c", ask).redirectErrorStream(true).start();
        String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(answer).isZero();
        return answer.lines().map(String::strip).toList();
    }

    @Test
    void fishCompletesCommandsFlagsAndValues(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/fish")), "needs fish");
        Path script = folder.resolve("completion");
        Files.writeString(script, output(0, List.of("completion", "fish")));
        assertThat(fishCompletions(script, "elastigres vm sna")).containsExactly("snapshot");
        assertThat(fishCompletions(script, "elastigres agent --dry")).containsExactly("--dry-run");
        assertThat(fishCompletions(script, "elastigres agent expl")).containsExactly("explain");
        assertThat(fishCompletions(script, "elastigres doctor --for ")).contains("cgroup", "vm");
        assertThat(fishCompletions(script, "elastigres vm start db1 --no"))
                .as("a flag after an argument")
                .containsExactly("--no-wait");
        assertThat(fishCompletions(script, "elastigres la")).containsExactly("lab");
    }

    private static List<String> fishCompletions(Path script, String line) throws Exception {
        Process fish =
                new ProcessBuilder(
                                "fish",
                                "--no-config",
                                "-c",
                                "source %s; complete -C '%s'".formatted(script, line))
                        .redirectErrorStream(true)
                        .start();
        String answer = new String(fish.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(fish.waitFor()).as(answer).isZero();
        return answer.lines().map(it -> it.split("\t", 2)[0]).toList();
    }

    /// Manual pages are made from it.
    @Test
    void allHelpsCanBeShownTogether() {
        assertThat(output(0, List.of("help", "--all")).lines())
                .contains(
                        "Usage: elastigres agent [FLAG]...", "Usage: elastigres monitor [FLAG]...")
                .anyMatch(line -> line.startsWith("Usage: elastigres vm image build "));
        assertThat(output(0, List.of("help", "--all", "vm", "image")).lines())
                .filteredOn(line -> line.startsWith("Usage: "))
                .hasSize(4);
    }

    private static void addPaths(CommandLine command, List<String> path, List<List<String>> paths) {
        if (!path.isEmpty()) paths.add(path);
        for (var each : command.getSubcommands().entrySet()) {
            var longer = new ArrayList<>(path);
            longer.add(each.getKey());
            addPaths(each.getValue(), longer, paths);
        }
    }

    private static String output(int exitCode, List<String> arguments) {
        var bytes = new ByteArrayOutputStream();
        var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        PrintStream out = System.out;
        PrintStream err = System.err;
        System.setOut(stream);
        System.setErr(stream);
        try {
            int code = Main.commandLine().execute(arguments.toArray(String[]::new));
            String text = bytes.toString(StandardCharsets.UTF_8);
            assertThat(code).as("%s: %s", arguments, text).isEqualTo(exitCode);
            return text;
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static void add(CommandLine command, List<String> helps) {
        helps.add(command.getUsageMessage());
        command.getSubcommands().values().forEach(each -> add(each, helps));
    }
}
