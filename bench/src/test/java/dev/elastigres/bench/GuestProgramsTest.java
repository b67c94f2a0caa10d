package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.bench.MemoryTestBed.ReceivedRequest;
import dev.elastigres.bench.measure.FakeMachine;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.MonitorProcess;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Tests the programs that the benchmarks run in a guest, on this host.
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the guest is amd64")
@EnabledIf(value = "hasPerl", disabledReason = "needs perl-base")
class GuestProgramsTest {
    private static final Path PERL = Path.of("/usr/bin/perl");
    private static final long MEBIBYTE = 1 << 20;

    @TempDir Path folder;
    private final List<Process> started = new ArrayList<>();

    static boolean hasPerl() {
        return Files.isExecutable(PERL);
    }

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void memoryIsTakenAtTheRateAndGivenBack() throws Exception {
        var program = start("load.pl");
        long before = program.anonymous();

        program.say(
                GuestTestBed.command(
                        new BurstRate(100), Bytes.ofMebibytes(20), Bytes.ofMebibytes(10)));
        BurstTimings slow = GuestTestBed.growth(program.receive().split(" ", -1));
        assertThat(program.anonymous() - before).isBetween(20 * MEBIBYTE, 24 * MEBIBYTE);
        // The rate is a lower bound of the time; the delay beyond it depends on the machine.
        assertThat(slow.end() - slow.begin()).isGreaterThan(190_000_000L);
        assertThat(slow.crossed() - slow.begin()).isGreaterThan(90_000_000L);
        assertThat(slow.crossed()).isLessThan(slow.end());
        assertThat(slow.end()).isLessThanOrEqualTo(System.nanoTime());
        assertThat(program.ask("keep")).isEqualTo("keep");

        program.say(
                GuestTestBed.command(
                        new BurstRate(0), Bytes.ofMebibytes(32), Bytes.ofMebibytes(32)));
        assertThat(program.receive()).startsWith("grown ");
        assertThat(program.anonymous() - before).isBetween(52 * MEBIBYTE, 60 * MEBIBYTE);
        assertThat(program.ask("drop")).isEqualTo("drop");
        assertThat(program.anonymous() - before).isBetween(20 * MEBIBYTE, 24 * MEBIBYTE);
        assertThat(program.ask("clear")).isEqualTo("clear");
        assertThat(program.anonymous() - before).isLessThan(4 * MEBIBYTE);
    }

    @Test
    void receivesRequestsInEachSession() throws Exception {
        try (var machine = FakeMachine.create(Bytes.ofGibibytes(1), FakeMachine.IDLE);
                var monitor = startMonitor(machine)) {
            var program = start("listen.pl", Integer.toString(monitor.address().port()));
            for (int session = 0; session < 2; session++) {
                assertThat(program.ask("open")).isEqualTo("open");
                long before = System.nanoTime();
                machine.use(Bytes.ofGibibytes(1));
                String[] words = program.receive().split(" ", -1);
                assertThat(words).hasSize(3).startsWith("request");
                assertThat(Long.parseLong(words[2])).isBetween(before, System.nanoTime());
                machine.use(FakeMachine.IDLE);
                assertThat(program.ask("close")).isEqualTo("closed");
            }
        }
    }

    private static MonitorProcess startMonitor(FakeMachine machine) throws Exception {
        return MonitorProcess.start(machine.log("monitor"), machine.flags(), Map.of());
    }

    @Test
    void parsesOrRejectsProgramOutput() throws Exception {
        assertThat(GuestTestBed.request("request 10311 42"))
                .isEqualTo(new ReceivedRequest(SamplingRule.FIXED, 42));
        assertThat(GuestTestBed.request("request 10312 43"))
                .isEqualTo(new ReceivedRequest(SamplingRule.ADAPTIVE, 43));
        for (String line : List.of("request 1 42", "request 10311", "request x y", "hello"))
            assertThatThrownBy(() -> GuestTestBed.request(line))
                    .isInstanceOf(HarnessException.class)
                    .hasMessageContaining(line);
        assertThatThrownBy(() -> GuestTestBed.growth(new String[] {"grown", "1"}))
                .isInstanceOf(HarnessException.class);
        assertThat(GuestTestBed.growth(new String[] {"grown", "1", "2", "3"}))
                .isEqualTo(new BurstTimings(1, 2, 3));
    }

    private RunningProgram start(String name, String... arguments) throws Exception {
        Path script = folder.resolve(name);
        try (InputStream packed = GuestProgramsTest.class.getResourceAsStream(name)) {
            Files.copy(Objects.requireNonNull(packed), script);
        }
        var command = new ArrayList<>(List.of(PERL.toString(), script.toString()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        started.add(process);
        var running = new RunningProgram(process, process.inputReader(), process.outputWriter());
        assertThat(running.receive()).isEqualTo("ready");
        return running;
    }

    private record RunningProgram(Process process, BufferedReader output, BufferedWriter input) {
        void say(String line) throws IOException {
            input.write(line + "\n");
            input.flush();
        }

        String receive() throws IOException, InterruptedException {
            String line = output.readLine();
            if (line != null) return line;
            process.waitFor(1, TimeUnit.SECONDS);
            throw new AssertionError("it ended: " + process);
        }

        String ask(String line) throws IOException, InterruptedException {
            say(line);
            return receive();
        }

        /// Returns the resident anonymous memory of the process, in bytes.
        long anonymous() throws IOException {
            String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
            return status.lines()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
