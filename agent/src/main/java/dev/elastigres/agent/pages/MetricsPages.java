package dev.elastigres.agent.pages;

import dev.elastigres.core.scaling.Windows;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.metrics.HostPage;
import dev.elastigres.protocol.metrics.MetricsException;
import dev.elastigres.protocol.metrics.MetricsText;
import dev.elastigres.protocol.metrics.VmPages;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Reads the metrics pages of VMs. For any thread.
///
/// @param client shared with others
public record MetricsPages(HttpClient client) {

    /// @param limit until all of the page is here
    public HostPage host(HostPort where, Duration limit)
            throws PageException, InterruptedException {
        URI page = page(where);
        try {
            return VmPages.host(fetch(page, limit));
        } catch (MetricsException e) {
            throw new PageException(page + ": " + e.getMessage());
        }
    }

    /// Empty when the Postgres there has no such cache.
    ///
    /// @param limit until all of the page is here
    public Optional<Windows> cache(HostPort where, Duration limit)
            throws PageException, InterruptedException {
        URI page = page(where);
        try {
            return VmPages.windows(fetch(page, limit));
        } catch (MetricsException e) {
            throw new PageException(page + ": " + e.getMessage());
        }
    }

    private static URI page(HostPort where) {
        return URI.create("http://" + where + "/metrics");
    }

    private String fetch(URI page, Duration limit) throws PageException, InterruptedException {
        var request = HttpRequest.newBuilder(page).version(HttpClient.Version.HTTP_1_1).build();
        var body =
                BodyHandlers.limiting(
                        BodyHandlers.ofString(StandardCharsets.UTF_8), MetricsText.MOST_CHARACTERS);
        var answering = client.sendAsync(request, body);
        try {
            HttpResponse<String> answer = answering.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (answer.statusCode() != 200)
                throw new PageException(page + " answers with " + answer.statusCode());
            return answer.body();
        } catch (ExecutionException e) {
            throw new PageException("cannot read " + page, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException _) {
            throw new PageException("cannot read " + page + " within " + limit.toMillis() + " ms");
        } finally {
            // Also when the waiting thread was interrupted.
            answering.cancel(true);
        }
    }
}
