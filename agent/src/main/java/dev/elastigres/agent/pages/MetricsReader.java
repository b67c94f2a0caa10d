package dev.elastigres.agent.pages;

import dev.elastigres.core.scaling.WorkingSetWindows;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.metrics.HostPage;
import dev.elastigres.protocol.metrics.MetricsException;
import dev.elastigres.protocol.metrics.VmPages;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Reads the metrics pages of VMs. Thread-safe.
public final class MetricsReader {
    private MetricsReader() {}

    /// Returns the machine's metrics.
    ///
    /// @param page URL of the page
    /// @param timeout timeout of receiving the whole page
    /// @throws MetricsPageException if the page cannot be read in time
    public static HostPage host(URI page, Duration timeout)
            throws MetricsPageException, InterruptedException {
        try {
            return VmPages.host(fetch(page, timeout));
        } catch (MetricsException e) {
            throw new MetricsPageException(page + ": " + e.getMessage());
        }
    }

    /// Returns the cache's working set; empty if this Postgres has no such cache.
    ///
    /// @param page URL of the page
    /// @param timeout timeout of receiving the whole page
    /// @throws MetricsPageException if the page cannot be read in time
    public static Optional<WorkingSetWindows> cache(URI page, Duration timeout)
            throws MetricsPageException, InterruptedException {
        try {
            return VmPages.windows(fetch(page, timeout));
        } catch (MetricsException e) {
            throw new MetricsPageException(page + ": " + e.getMessage());
        }
    }

    /// Returns the URL of the metrics page at `where`.
    ///
    /// @param where address of the server
    public static URI page(HostPort where) {
        return URI.create("http://" + where + "/metrics");
    }

    /// Returns the text of a page, whose length is limited.
    static String fetch(URI page, Duration timeout)
            throws MetricsPageException, InterruptedException {
        HostPort where = HostPort.of(page);
        try {
            var answer =
                    new MetricsFetch(System.nanoTime() + timeout.toNanos())
                            .get(where, page.getPath());
            if (answer.status() != 200)
                throw new MetricsPageException(page + " answers with " + answer.status());
            return answer.body();
        } catch (SocketTimeoutException _) {
            throw new MetricsPageException(
                    "cannot read " + page + " within " + timeout.toMillis() + " ms");
        } catch (IOException e) {
            // An interrupt closes the socket of a virtual thread.
            if (Thread.interrupted()) throw new InterruptedException();
            throw new MetricsPageException("cannot read " + page, e);
        }
    }
}
