package dev.elastigres.bench;

import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.metrics.MetricsFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The metrics page of an almost idle VM with one CPU, as long as a real monitor's page.
final class IdleMetricsPage {
    private static final String IDLE = "IDLE";
    private static final double NANOS = 1e9;

    private final String page;

    IdleMetricsPage() {
        try (InputStream file = IdleMetricsPage.class.getResourceAsStream("calm-machine.prom")) {
            if (file == null) throw new IllegalStateException("calm-machine.prom is missing");
            page = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("calm-machine.prom cannot be read", e);
        }
    }

    /// Returns the page. The CPU's idle time grows with the time that passes between pages.
    Response page() {
        return new Response(
                200,
                MetricsFormat.TEXT.contentType(),
                page.replace(IDLE, Double.toString(System.nanoTime() / NANOS)));
    }
}
