package dev.elastigres.cli.recommend;

import dev.elastigres.agent.pages.MetricsPageException;
import dev.elastigres.agent.pages.MetricsReader;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.scaling.WorkingSetWindows;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.metrics.HostPage;
import dev.elastigres.protocol.metrics.MetricsException;
import dev.elastigres.protocol.metrics.MetricsText;
import dev.elastigres.protocol.metrics.VmPages;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Reads metrics from saved pages or from the pages of a live VM.
final class MetricsInput {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /// Interval between the two pages from which CPU usage is measured, long enough for the
    /// kernel's resolution of hundredths of a second.
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private MetricsInput() {}

    static VmMetrics saved(Optional<Path> host, Optional<Path> cache) throws MetricsPageException {
        return new VmMetrics(
                host.isPresent() ? Optional.of(host(host.get())) : Optional.empty(),
                cache.isPresent() ? Optional.of(cache(cache.get())) : Optional.empty());
    }

    /// @param watches whether to measure CPU usage, which takes another page after an interval
    static VmMetrics live(HostPort host, Optional<HostPort> cache, boolean watches)
            throws MetricsPageException, InterruptedException {
        URI page = MetricsReader.page(host);
        HostPage first = MetricsReader.host(page, TIMEOUT);
        Optional<WorkingSetWindows> windows = Optional.empty();
        if (cache.isPresent()) {
            windows = MetricsReader.cache(MetricsReader.page(cache.get()), TIMEOUT);
            if (windows.isEmpty())
                throw new MetricsPageException(
                        "the page of " + cache.get() + " has no working set");
        }
        if (!watches || first.cpus().isEmpty())
            return new VmMetrics(Optional.of(first.metrics()), windows);
        Thread.sleep(BETWEEN);
        return new VmMetrics(Optional.of(MetricsReader.host(page, TIMEOUT).since(first)), windows);
    }

    private static HostMetrics host(Path file) throws MetricsPageException {
        try {
            return VmPages.host(read(file)).metrics();
        } catch (MetricsException e) {
            throw new MetricsPageException(file + ": " + e.getMessage());
        }
    }

    private static WorkingSetWindows cache(Path file) throws MetricsPageException {
        try {
            return VmPages.cache(read(file));
        } catch (MetricsException e) {
            throw new MetricsPageException(file + ": " + e.getMessage());
        }
    }

    /// Reads one byte more than the maximum page size, which is enough to reject a larger file.
    private static String read(Path file) throws MetricsPageException {
        try (InputStream page = Files.newInputStream(file)) {
            return new String(
                    page.readNBytes(MetricsText.MAX_CHARACTERS + 1), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new MetricsPageException("cannot read " + file, e);
        }
    }
}
