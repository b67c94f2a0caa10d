package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.UsageException;
import java.util.List;
import java.util.Map;

/// Fuzzes command lines with one flag per line, connection strings among them.
class FlagsFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void areAnInvocationOrProblems(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        // [ConfigFuzzTest] covers configuration files.
        if (text.contains("--config")) return;
        List<String> args = text.lines().toList();
        try {
            if (MonitorSettings.table(Map.of()).read(args, Map.of())
                    instanceof Invocation.Run(var settings))
                assertThat(MonitorSettings.config(settings, Map.of()).limits()).isNotNull();
        } catch (UsageException e) {
            assertThat(e.problems()).isNotEmpty().noneMatch(problem -> problem.contains("\n"));
        }
    }
}
