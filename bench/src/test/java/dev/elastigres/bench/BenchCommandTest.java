package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.harness.HarnessException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchCommandTest {
    private static CommandLine commandLine() {
        return new CommandLine(new BenchCommand()).setErr(new PrintWriter(new StringWriter()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "protocol --runs 1",
                "vm --runs 0",
                "vm --accel magic",
                "reaction --rates fast",
                "reaction --rates -1",
                "reaction --rules original",
                "reaction --bursts 0",
                "reaction --calm 0",
                "survive --rates 1.5",
                "survive --delays 0",
                "survive --delays 61",
                "survive --delays soon",
                "survive --rules x",
                "survive --local",
                "agent --vms 0",
                "agent --vms 100001",
                "agent --vms 10,many",
                "agent --vms -1",
                "pods --rounds 0",
                "pods --rounds many",
                "pods --image /no/such/file",
                "permits --nodes 0",
                "permits --nodes 10,many",
                "permits --requests 0",
                "permits --clients 257",
                "scale --nodes 0",
                "scale --pods many",
                "scale --pods 10 --objects 11",
                "scale --pods 1000 --objects 9",
                "scale --namespaces 0",
                "scale --moved 0",
                "scale --moved 101",
                "scale --seconds 0"
            })
    void wrongUsageIsTwo(String line) {
        assertThat(commandLine().execute(line.isEmpty() ? new String[0] : line.split(" ", -1)))
                .isEqualTo(2);
    }

    @Test
    void everyBenchmarkHasADescription() {
        assertThat(commandLine().getSubcommands())
                .containsKeys("protocol", "vm", "agent", "pods", "permits", "scale")
                .allSatisfy(
                        (_, command) ->
                                assertThat(command.getCommandSpec().usageMessage().description())
                                        .isNotEmpty());
    }

    @Test
    void readsCpuTimeOfAProcess() throws Exception {
        String stat = "42 (a ) b) S 1 42 42 0 -1 4194560 1 0 0 0 150 25 0 0 20 0 4 0 100 1000 10";
        assertThat(ProcessStat.cpu(stat)).isEqualTo(Duration.ofMillis(1750));
        assertThatThrownBy(() -> ProcessStat.cpu("42 (java) S 1"))
                .isInstanceOf(HarnessException.class);
    }
}
