package dev.elastigres.agent.pages;

import dev.elastigres.core.scaling.Windows;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.metrics.HostPage;
import dev.elastigres.protocol.metrics.MetricsException;
import dev.elastigres.protocol.metrics.VmPages;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Reads the metrics pages of VMs. For any thread.
public final class MetricsPages {
    private MetricsPages() {}

    /// @param limit until all of the page is here
    public static HostPage host(URI page, Duration limit)
            throws PageException, InterruptedException {
        try {
            return VmPages.host(fetch(page, limit));
        } catch (MetricsException e) {
            throw new PageException(page + ": " + e.getMessage());
        }
    }

    /// Empty when the Postgres there has no such cache.
    ///
    /// @param limit until all of the page is here
    public static Optional<Windows> cache(URI page, Duration limit)
            throws PageException, InterruptedException {
        try {
            return VmPages.windows(fetch(page, limit));
        } catch (MetricsException e) {
            throw new PageException(page + ": " + e.getMessage());
        }
    }

    /// The page of a machine that has an address for it.
    public static URI page(HostPort where) {
        return URI.create("http://" + where + "/metrics");
    }

    private static String fetch(URI page, Duration limit)
            throws PageException, InterruptedException {
        HostPort where = HostPort.of(page);
        try {
            var answer =
                    new PageFetch(System.nanoTime() + limit.toNanos()).get(where, page.getPath());
            if (answer.status() != 200)
                throw new PageException(page + " answers with " + answer.status());
            return answer.body();
        } catch (SocketTimeoutException _) {
            throw new PageException("cannot read " + page + " within " + limit.toMillis() + " ms");
        } catch (IOException e) {
            // An interrupt closes the socket of a virtual thread.
            if (Thread.interrupted()) throw new InterruptedException();
            throw new PageException("cannot read " + page, e);
        }
    }
}
