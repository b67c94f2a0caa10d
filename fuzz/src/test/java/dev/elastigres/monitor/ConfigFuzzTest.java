package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Fuzzes configuration files.
class ConfigFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void isAConfigOrProblems(byte[] toml) throws IOException {
        Path file = Files.createTempFile("elastigres-fuzz-", ".toml");
        try {
            Files.write(file, toml);
            List<String> args = List.of("--config", file.toString());
            Invocation invocation = MonitorSettings.table(Map.of()).read(args, Map.of());
            if (invocation instanceof Invocation.Run(var settings))
                assertThat(MonitorSettings.config(settings, Map.of()).address()).isNotNull();
        } catch (UsageException e) {
            assertThat(e.problems()).isNotEmpty().noneMatch(problem -> problem.contains("\n"));
        } finally {
            Files.delete(file);
        }
    }
}
