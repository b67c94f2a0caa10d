package dev.elastigres.cli.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.http.ConnectFailures;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Queries a Prometheus server, or another that has its HTTP API, one request at a time.
final class PrometheusClient implements AutoCloseable {
    /// Points of a series that are requested at once; Prometheus refuses more than 11 000.
    static final int MAX_POINTS = 10_000;

    private static final long MAX_RESPONSE_BYTES = 32L << 20;
    private static final int MAX_SERIES = 1000;
    private static final int QUOTED = 300;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /// Prometheus itself ends a query after two minutes.
    private static final Duration TIMEOUT = Duration.ofSeconds(130);

    private final PrometheusAddress address;
    private final HttpClient http;

    PrometheusClient(PrometheusAddress address) {
        this.address = address;
        http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        // A redirect would take the credentials to another host.
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .build();
    }

    /// Returns the values of `query` at `start` and every `step` seconds until `end`, at times
    /// where there are any. Times are Unix times in seconds.
    ///
    /// @param what what is queried, for messages
    /// @throws PrometheusException if the server cannot be asked, or if the query returns more than
    ///     one series
    List<PrometheusSample> range(String what, String query, long start, long end, long step)
            throws PrometheusException, InterruptedException {
        var samples = new ArrayList<PrometheusSample>();
        long page = (MAX_POINTS - 1) * step;
        for (long from = start; from <= end; from += page + step) {
            List<List<PrometheusSample>> series =
                    matrix(
                            what,
                            query,
                            "/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
                                    .formatted(
                                            encoded(query),
                                            from,
                                            Math.min(end, from + page),
                                            step));
            if (series.size() > 1)
                throw new PrometheusException(
                        "the query for %s returns %d series instead of one: aggregate them, as in sum(...): %s"
                                .formatted(what, series.size(), query));
            series.forEach(samples::addAll);
        }
        return samples;
    }

    /// Returns the raw samples of one series that `selector` matches; empty if there is none.
    ///
    /// @param end Unix time in seconds of the last sample
    /// @param seconds how long before `end` the samples begin
    List<PrometheusSample> raw(String what, String selector, long end, long seconds)
            throws PrometheusException, InterruptedException {
        String query = selector + "[" + seconds + "s]";
        List<List<PrometheusSample>> series =
                matrix(
                        what,
                        query,
                        "/api/v1/query?query=%s&time=%d".formatted(encoded(query), end));
        return series.isEmpty() ? List.of() : series.getFirst();
    }

    private static String encoded(String query) {
        return URLEncoder.encode(query, UTF_8);
    }

    private List<List<PrometheusSample>> matrix(String what, String query, String path)
            throws PrometheusException, InterruptedException {
        HttpResponse<byte[]> response = send(path);
        Optional<Json.Obj> body = body(response);
        int status = response.statusCode();
        Optional<String> error = body.flatMap(it -> it.text("error"));
        if (error.isPresent())
            throw new PrometheusException(
                    "%s refuses the query for %s: %s: %s"
                            .formatted(server(), what, line(error.get()), query));
        if (status != 200) throw new PrometheusException(refused(status));
        Json.Obj data =
                body.flatMap(it -> it.object("data"))
                        .filter(it -> it.text("resultType").equals(Optional.of("matrix")))
                        .orElseThrow(
                                () ->
                                        new PrometheusException(
                                                server()
                                                        + " does not answer as Prometheus does: is"
                                                        + " it the base URL, without /api and"
                                                        + " /graph?"));
        List<Json> result = data.list("result");
        if (result.size() > MAX_SERIES)
            throw new PrometheusException(
                    "the query for %s returns more than %d series: %s"
                            .formatted(what, MAX_SERIES, query));
        var series = new ArrayList<List<PrometheusSample>>();
        for (Json each : result)
            if (each instanceof Json.Obj one) series.add(samples(what, query, one));
        return series;
    }

    private List<PrometheusSample> samples(String what, String query, Json.Obj series)
            throws PrometheusException {
        var samples = new ArrayList<PrometheusSample>();
        for (Json each : series.list("values")) {
            if (!(each instanceof Json.Arr(List<Json> pair)
                    && pair.size() == 2
                    && pair.getFirst() instanceof Json.Num(String time)
                    && pair.getLast() instanceof Json.Str(String value)))
                throw new PrometheusException(server() + " sends a sample that is none");
            samples.add(new PrometheusSample((long) number(time), number(value)));
        }
        if (samples.isEmpty())
            throw new PrometheusException(
                    "the query for %s returns no numbers, but perhaps histograms: %s"
                            .formatted(what, query));
        return samples;
    }

    /// Prometheus writes infinities as `+Inf` and `-Inf`.
    private double number(String text) throws PrometheusException {
        if (text.endsWith("Inf")) return Double.NaN;
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException _) {
            throw new PrometheusException(server() + " sends a sample that is none");
        }
    }

    /// Returns the body if it is an object of JSON.
    private static Optional<Json.Obj> body(HttpResponse<byte[]> response) {
        try {
            return Json.parse(new String(response.body(), UTF_8)) instanceof Json.Obj object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JsonException _) {
            return Optional.empty();
        }
    }

    private String refused(int status) {
        boolean known = address.authorization().isPresent();
        String advice =
                switch (status) {
                    case 401, 403 ->
                            known
                                    ? "it refuses these credentials"
                                    : "give a token with --prometheus-token-file FILE";
                    case 404 -> "is it the base URL of Prometheus, without /api and /graph?";
                    case 301, 302, 303, 307, 308 ->
                            "it redirects: give the URL to which it leads, or credentials";
                    default -> "see its log, or that of the proxy before it";
                };
        return server() + " answers with status " + status + ": " + advice;
    }

    private HttpResponse<byte[]> send(String path)
            throws PrometheusException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address.base() + path));
        request.header("Accept", "application/json");
        address.authorization().ifPresent(it -> request.header("Authorization", it));
        var bounded = BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_RESPONSE_BYTES);
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request.build(), bounded);
        try {
            return answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            throw new PrometheusException(
                    "%s did not answer within %d s: ask for less with --since or --step"
                            .formatted(server(), TIMEOUT.toSeconds()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) throw unreachable(failure);
            throw new IllegalStateException("asking " + server() + " failed", e.getCause());
        } finally {
            // Closes the connection if the response is incomplete.
            answer.cancel(true);
        }
    }

    private PrometheusException unreachable(IOException failure) {
        return new PrometheusException(
                "cannot reach "
                        + server()
                        + ": "
                        + line(ConnectFailures.reason(failure))
                        + "; check --prometheus");
    }

    private String server() {
        return "Prometheus at " + address;
    }

    /// Returns text of the server as one line of limited length.
    private static String line(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.substring(0, Math.min(line.length(), QUOTED));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
