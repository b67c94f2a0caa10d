package dev.elastigres.controller.admission;

import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.Histogram;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Metrics of the admission webhook. Thread-safe.
final class AdmissionMeters {
    private static final double[] BOUNDS = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1};

    private final Counters requests =
            new Counters(
                    "elastigres_webhook_requests_total",
                    "Reviews of new pods by outcome",
                    "outcome");
    private final Histogram durations = new Histogram(BOUNDS);

    AdmissionMeters() {
        for (ReviewOutcome each : ReviewOutcome.values()) {
            Counters _ = requests.show(each.label());
        }
    }

    void reviewed(ReviewOutcome outcome, Duration time) {
        requests.count(outcome.label());
        durations.observe(time);
    }

    /// @param expires end of the serving certificate; empty if there is none
    void write(MetricsWriter page, Optional<Instant> expires) {
        requests.write(page);
        page.histogram(
                "elastigres_webhook_duration_seconds",
                "Time of a review from its complete request to its answer");
        durations.write(page);
        page.gauge(
                        "elastigres_webhook_certificate_expiry_seconds",
                        "End of the serving certificate in seconds since 1970, 0 if there is none")
                .sample(expires.map(Instant::getEpochSecond).orElse(0L));
    }
}
