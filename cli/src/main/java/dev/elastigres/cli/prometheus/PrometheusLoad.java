package dev.elastigres.cli.prometheus;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.trace.MeasuredLoad;
import dev.elastigres.simulation.trace.TraceException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Load that a Prometheus server has measured.
///
/// @param what what was measured: `pod shop/db-0`
/// @param size CPUs and memory that it has, if known
public record PrometheusLoad(String what, MeasuredLoad load, Optional<Resources> size) {
    private static final long DEFAULT_INTERVAL = 30;
    private static final long PROBED_SECONDS = 900;

    /// Bounds the number of requests and the memory for the answers.
    private static final long MAX_SAMPLES = 200_000;

    /// A size changes seldom, and only its last value counts.
    private static final long SIZE_POINTS = 1000;

    /// SimulatedScraper over which a rate is computed, as Grafana does: one of them may fail.
    private static final long SCRAPES_PER_RATE = 4;

    private static final int MAX_QUERY_QUOTED = 400;

    /// Reads the load of the time before `end`.
    ///
    /// @param since how long before `end` the load begins
    /// @param step time between two values; if empty, the scrape interval
    /// @throws PrometheusException if the server cannot be asked or has no such series
    static PrometheusLoad read(
            PrometheusAddress address,
            PrometheusQueries queries,
            Instant end,
            Duration since,
            Optional<Duration> step)
            throws PrometheusException, InterruptedException {
        try (var client = new PrometheusClient(address)) {
            return new SeriesReader(client, address, queries, end.getEpochSecond(), since, step)
                    .read();
        }
    }

    /// Reads one load.
    private static final class SeriesReader {
        private final PrometheusClient client;
        private final PrometheusAddress address;
        private final PrometheusQueries queries;
        private final Duration since;
        private final long start;
        private final long end;
        private final Optional<Duration> wantedStep;

        SeriesReader(
                PrometheusClient client,
                PrometheusAddress address,
                PrometheusQueries queries,
                long end,
                Duration since,
                Optional<Duration> step) {
            this.client = client;
            this.address = address;
            this.queries = queries;
            this.since = since;
            this.end = end;
            start = end - since.toSeconds();
            wantedStep = step;
        }

        PrometheusLoad read() throws PrometheusException, InterruptedException {
            OptionalLong scrapes = scrapeInterval();
            long finest = Math.max(1, Math.ceilDiv(since.toSeconds(), MAX_SAMPLES));
            long step =
                    Math.max(
                            finest,
                            wantedStep
                                    .map(Duration::toSeconds)
                                    .orElseGet(() -> scrapes.orElse(DEFAULT_INTERVAL)));
            long interval = scrapes.orElse(step);
            long rate = Math.max(SCRAPES_PER_RATE * interval, step + interval);
            Map<Long, Double> cpu = series("CPU", queries.cpu(), step, rate);
            Map<Long, Double> memory = series("memory", queries.memory(), step, rate);
            require("CPU", queries.cpu(), cpu, rate, step);
            require("memory", queries.memory(), memory, rate, step);
            Map<Long, Double> cached = series("the working set", queries.cached(), step, rate);
            try {
                return new PrometheusLoad(
                        queries.what(), MeasuredLoad.of(cpu, memory, cached), size(step, rate));
            } catch (TraceException e) {
                throw new PrometheusException(
                        "the series of %s at %s are no load: %s; ask for more with --since"
                                .formatted(queries.what(), address, e.getMessage()));
            }
        }

        /// Returns the usual time between two samples of the probe, in seconds.
        private OptionalLong scrapeInterval() throws PrometheusException, InterruptedException {
            if (queries.probe().isEmpty()) return OptionalLong.empty();
            List<PrometheusSample> samples =
                    client.raw("the scrape interval", queries.probe().get(), end, PROBED_SECONDS);
            if (samples.size() < 3) return OptionalLong.empty();
            List<Long> times = samples.stream().map(PrometheusSample::second).toList();
            return OptionalLong.of(Math.max(1, MeasuredLoad.interval(times)));
        }

        private Map<Long, Double> series(String what, Optional<String> query, long step, long rate)
                throws PrometheusException, InterruptedException {
            var values = new HashMap<Long, Double>();
            if (query.isEmpty()) return values;
            String text = filled(query.get(), step, rate);
            for (PrometheusSample each : client.range(what, text, start, end, step))
                values.put(each.second(), each.value());
            return values;
        }

        private void require(
                String what, Optional<String> query, Map<Long, Double> values, long rate, long step)
                throws PrometheusException {
            if (!values.isEmpty()) return;
            String text = filled(query.orElse(""), step, rate);
            throw new PrometheusException(
                    ("Prometheus at %s has no series for the %s of %s in the last %s: check the"
                                    + " name and that it is scraped, or give your own query with"
                                    + " --query; asked: %s")
                            .formatted(
                                    address,
                                    what,
                                    queries.what(),
                                    PrometheusDuration.text(since),
                                    text.length() > MAX_QUERY_QUOTED
                                            ? text.substring(0, MAX_QUERY_QUOTED) + "..."
                                            : text));
        }

        private Optional<Resources> size(long step, long rate)
                throws PrometheusException, InterruptedException {
            OptionalDouble cpus = last("the CPU size", queries.cpuSize(), step, rate);
            OptionalDouble memory = last("the memory size", queries.memorySize(), step, rate);
            if (cpus.isEmpty() || memory.isEmpty()) return Optional.empty();
            return Optional.of(
                    new Resources(cpus.getAsDouble(), new Bytes((long) memory.getAsDouble())));
        }

        /// Returns the last value above 0.
        private OptionalDouble last(String what, Optional<String> query, long step, long rate)
                throws PrometheusException, InterruptedException {
            if (query.isEmpty()) return OptionalDouble.empty();
            long coarse = Math.max(step, since.toSeconds() / SIZE_POINTS);
            String text = filled(query.get(), coarse, rate);
            return client
                    .range(what, text, start + since.toSeconds() % coarse, end, coarse)
                    .reversed()
                    .stream()
                    .mapToDouble(PrometheusSample::value)
                    .filter(it -> it > 0 && it <= 0x1p53)
                    .findFirst();
        }

        private static String filled(String query, long step, long rate) {
            return query.replace("$__rate_interval", rate + "s").replace("$__interval", step + "s");
        }
    }
}
