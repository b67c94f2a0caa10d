package dev.elastigres.cli.recommend;

import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.scaling.Windows;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.metrics.MetricsException;
import dev.elastigres.protocol.metrics.MetricsText;
import dev.elastigres.protocol.metrics.VmPages;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Metrics from saved pages, or from those of a live VM.
final class Pages {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private Pages() {}

    static Metrics saved(Optional<Path> host, Optional<Path> cache) throws PageException {
        return new Metrics(
                host.isPresent()
                        ? Optional.of(host(read(host.get()), host.get()))
                        : Optional.empty(),
                cache.isPresent()
                        ? Optional.of(cache(read(cache.get()), cache.get()))
                        : Optional.empty());
    }

    /// Fetches both pages at once, as far as they are named.
    static Metrics live(HostPort host, Optional<HostPort> cache)
            throws PageException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            URI hostPage = page(host);
            HostMetrics seen = host(fetch(client, hostPage), hostPage);
            if (cache.isEmpty()) return new Metrics(Optional.of(seen), Optional.empty());
            URI cachePage = page(cache.get());
            return new Metrics(
                    Optional.of(seen), Optional.of(cache(fetch(client, cachePage), cachePage)));
        }
    }

    private static URI page(HostPort where) {
        return URI.create("http://" + where + "/metrics");
    }

    private static HostMetrics host(String text, Object where) throws PageException {
        try {
            return VmPages.host(text);
        } catch (MetricsException e) {
            throw new PageException(where + ": " + e.getMessage());
        }
    }

    private static Windows cache(String text, Object where) throws PageException {
        try {
            return VmPages.cache(text);
        } catch (MetricsException e) {
            throw new PageException(where + ": " + e.getMessage());
        }
    }

    private static String read(Path file) throws PageException {
        try (InputStream page = Files.newInputStream(file)) {
            return text(page);
        } catch (IOException e) {
            throw new PageException("cannot read " + file, e);
        }
    }

    private static String fetch(HttpClient client, URI page)
            throws PageException, InterruptedException {
        try {
            var answer =
                    client.send(
                            HttpRequest.newBuilder(page).timeout(LIMIT).build(),
                            BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200)
                    throw new PageException(page + " answers with " + answer.statusCode());
                return text(body);
            }
        } catch (IOException e) {
            throw new PageException("cannot read " + page, e);
        }
    }

    /// One byte more than a page may have is enough to see that it is none.
    private static String text(InputStream page) throws IOException {
        return new String(page.readNBytes(MetricsText.MOST_CHARACTERS + 1), StandardCharsets.UTF_8);
    }
}
