package dev.elastigres.cli.recommend;

import dev.elastigres.agent.pages.MetricsPages;
import dev.elastigres.agent.pages.PageException;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.scaling.Windows;
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

/// Metrics from saved pages, or from those of a live VM.
final class Pages {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /// What CPUs do is seen between two pages: far enough apart for the kernel's hundredths.
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private Pages() {}

    static Metrics saved(Optional<Path> host, Optional<Path> cache) throws PageException {
        return new Metrics(
                host.isPresent() ? Optional.of(host(host.get())) : Optional.empty(),
                cache.isPresent() ? Optional.of(cache(cache.get())) : Optional.empty());
    }

    /// @param watches whether to see what the CPUs do, which takes a while
    static Metrics live(HostPort host, Optional<HostPort> cache, boolean watches)
            throws PageException, InterruptedException {
        URI page = MetricsPages.page(host);
        HostPage first = MetricsPages.host(page, LIMIT);
        Optional<Windows> windows = Optional.empty();
        if (cache.isPresent()) {
            windows = MetricsPages.cache(MetricsPages.page(cache.get()), LIMIT);
            if (windows.isEmpty())
                throw new PageException("the page of " + cache.get() + " has no working set");
        }
        if (!watches || first.cpus().isEmpty())
            return new Metrics(Optional.of(first.metrics()), windows);
        Thread.sleep(BETWEEN);
        return new Metrics(Optional.of(MetricsPages.host(page, LIMIT).since(first)), windows);
    }

    private static HostMetrics host(Path file) throws PageException {
        try {
            return VmPages.host(read(file)).metrics();
        } catch (MetricsException e) {
            throw new PageException(file + ": " + e.getMessage());
        }
    }

    private static Windows cache(Path file) throws PageException {
        try {
            return VmPages.cache(read(file));
        } catch (MetricsException e) {
            throw new PageException(file + ": " + e.getMessage());
        }
    }

    /// One byte more than a page may have is enough to see that it is none.
    private static String read(Path file) throws PageException {
        try (InputStream page = Files.newInputStream(file)) {
            return new String(
                    page.readNBytes(MetricsText.MOST_CHARACTERS + 1), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new PageException("cannot read " + file, e);
        }
    }
}
