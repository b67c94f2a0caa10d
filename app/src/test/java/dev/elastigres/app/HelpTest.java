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

    private static void add(CommandLine command, List<String> helps) {
        helps.add(command.getUsageMessage());
        command.getSubcommands().values().forEach(each -> add(each, helps));
    }
}
