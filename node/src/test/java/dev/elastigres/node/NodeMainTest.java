package dev.elastigres.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The daemons' own flags are read by themselves, whatever started them.
class NodeMainTest {
    @Test
    void runsTheDaemonsWithTheirOwnFlags() {
        assertThat(NodeMain.run(new String[] {"monitor", "--version"})).isZero();
        assertThat(NodeMain.run(new String[] {"monitor", "--nosuch"})).isEqualTo(2);
        assertThat(NodeMain.run(new String[] {"agent", "--version"})).isZero();
        assertThat(NodeMain.run(new String[] {"agent", "--nosuch"})).isEqualTo(2);
        assertThat(NodeMain.run(new String[] {"controller", "--version"})).isZero();
        assertThat(NodeMain.run(new String[] {"controller", "--nosuch"})).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent status --nosuch ARGUMENT",
                "agent explain --nosuch=ARGUMENT",
                "agent status ARGUMENT",
                "agent explain one ARGUMENT",
                "ARGUMENT",
                "--nosuch ARGUMENT",
            })
    void aConnectionStringInTheWrongPlaceIsNotRepeated(String words) {
        for (String text :
                List.of("postgresql://u:geheim@h/d", "password=geheim", "host=h;password=geheim")) {
            var err = new StringWriter();
            var command = CommandLines.of(new NodeMain()).setErr(new PrintWriter(err));
            String[] arguments = words.replace("ARGUMENT", text).split(" ", -1);
            assertThat(command.execute(arguments)).isEqualTo(2);
            assertThat(err.toString()).isNotBlank().doesNotContain("geheim");
        }
    }

    @Test
    void offersOnlyMonitorAndAgentCommands() {
        var out = new StringWriter();
        var command = CommandLines.of(new NodeMain()).setOut(new PrintWriter(out));
        assertThat(command.execute("--help")).isZero();
        assertThat(out.toString())
                .contains("monitor", "agent", "controller")
                .doesNotContain("demo", "bench");
        assertThat(NodeMain.run(new String[] {"agent", "explain", "--nosuch"})).isEqualTo(2);
        assertThat(NodeMain.run(new String[] {"demo"})).isEqualTo(2);
    }
}
