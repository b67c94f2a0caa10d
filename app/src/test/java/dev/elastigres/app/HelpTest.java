package dev.elastigres.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

/// Every command's help can be shown as it was meant.
@ResourceLock(Resources.SYSTEM_ERR)
@ResourceLock(Resources.SYSTEM_OUT)
class HelpTest {
    @Test
    void noHelpIsMisread() {
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

    /// Whoever asks for help gets it, by `--help` and by `help`, for a subcommand, too.
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
    void helpForWhatIsNoCommandIsAMistake() {
        assertThat(output(2, List.of("help", "monitr")))
                .isEqualTo("elastigres: elastigres has no command monitr; see elastigres --help\n");
        assertThat(output(2, List.of("help", "vm", "psq"))).contains("vm has no command psq");
        assertThat(output(2, List.of("help", "agent", "x"))).contains("agent has no command x");
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
