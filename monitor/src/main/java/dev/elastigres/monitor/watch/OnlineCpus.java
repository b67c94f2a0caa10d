package dev.elastigres.monitor.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// The CPUs that are online, from the kernel's `stat`, which begins with a line for all of them and
/// one for each.
public final class OnlineCpus implements CpuCount {
    private final Path stat;

    /// @param procfs usually `/proc`
    public OnlineCpus(Path procfs) {
        stat = procfs.resolve("stat");
    }

    @Override
    public OptionalDouble count() {
        try (var lines = Files.newBufferedReader(stat, StandardCharsets.ISO_8859_1)) {
            int count = 0;
            @Nullable String line;
            while ((line = lines.readLine()) != null && line.startsWith("cpu"))
                if (!line.startsWith("cpu ")) count++;
            return count > 0 ? OptionalDouble.of(count) : OptionalDouble.empty();
        } catch (IOException _) {
            return OptionalDouble.empty();
        }
    }
}
