package dev.elastigres.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/// The daemons' own flags are read by themselves, whatever started them.
class NodeMainTest {
    @Test
    void runsTheDaemonsWithTheirOwnFlags() {
        assertThat(NodeMain.run(new String[] {"monitor", "--version"})).isZero();
        assertThat(NodeMain.run(new String[] {"monitor", "--nosuch"})).isEqualTo(2);
        assertThat(NodeMain.run(new String[] {"agent", "--version"})).isZero();
        assertThat(NodeMain.run(new String[] {"agent", "--nosuch"})).isEqualTo(2);
    }

    @Test
    void asksAnAgentAndKnowsNothingElse() {
        var out = new StringWriter();
        var command = CommandLines.of(new NodeMain()).setOut(new PrintWriter(out));
        assertThat(command.execute("--help")).isZero();
        assertThat(out.toString()).contains("monitor", "agent").doesNotContain("demo", "bench");
        assertThat(NodeMain.run(new String[] {"agent", "explain", "--nosuch"})).isEqualTo(2);
        assertThat(NodeMain.run(new String[] {"demo"})).isEqualTo(2);
    }
}
