package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.UsageException;
import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.monitor.watch.KernelReadException;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// A complete monitor in this JVM, on a free port and a fake kernel tree, with a short sampling
/// interval.
final class TestMonitor implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final PostgresMonitor monitor;
    private final ByteArrayOutputStream log;

    record MonitorPage(int code, String body) {}

    private TestMonitor(PostgresMonitor monitor, ByteArrayOutputStream log) {
        this.monitor = monitor;
        this.log = log;
    }

    /// @param flags take precedence over the defaults of these tests
    static TestMonitor start(FakeKernelTree tree, String... flags)
            throws UsageException, CredentialException, ListenException, KernelReadException {
        return start(tree, Map.of(), flags);
    }

    static TestMonitor start(FakeKernelTree tree, Map<String, String> environment, String... flags)
            throws UsageException, CredentialException, ListenException, KernelReadException {
        var variables = new HashMap<>(common(tree));
        variables.putAll(environment);
        return start(config(variables, flags));
    }

    static TestMonitor start(MonitorConfig config)
            throws CredentialException, ListenException, KernelReadException {
        var log = new ByteArrayOutputStream();
        var written = Log.to(log, LogFormat.JSON, LogLevel.DEBUG, Clock.systemUTC());
        PostgresMonitor monitor = PostgresMonitor.start(config, written);
        monitor.begin();
        monitor.startAuxiliaryServers();
        return new TestMonitor(monitor, log);
    }

    static MonitorConfig config(Map<String, String> environment, String... flags)
            throws UsageException {
        if (MonitorSettings.table(environment).read(Arrays.asList(flags), environment)
                instanceof Invocation.Run(var settings))
            return MonitorSettings.config(settings, environment);
        throw new AssertionError("not to be run: " + List.of(flags));
    }

    /// Returns the defaults as variables, over which flags take precedence.
    private static Map<String, String> common(FakeKernelTree tree) {
        String root = tree.root().toString();
        return Map.ofEntries(
                Map.entry("ELASTIGRES_ADDR", "127.0.0.1:0"),
                Map.entry("ELASTIGRES_CGROUP", "pg"),
                Map.entry("ELASTIGRES_PATH_CGROUP", root),
                Map.entry("ELASTIGRES_PATH_PROCFS", root),
                Map.entry("ELASTIGRES_SAMPLING", "fixed"),
                Map.entry("ELASTIGRES_MEMORY_SAMPLE_INTERVAL", "5ms"),
                Map.entry("ELASTIGRES_POSTGRES_BACKOFF_INITIAL", "20ms"),
                Map.entry("ELASTIGRES_POSTGRES_BACKOFF_MAX", "200ms"),
                Map.entry("ELASTIGRES_POSTGRES_PROBE_INTERVAL", "200ms"),
                Map.entry("ELASTIGRES_POSTGRES_REFUSAL_BACKOFF", "200ms"),
                Map.entry("ELASTIGRES_CACHE_RELOAD_DELAY", "0s"),
                Map.entry("ELASTIGRES_METRICS_HOST_ADDR", "off"),
                Map.entry("ELASTIGRES_METRICS_CACHE_ADDR", "off"));
    }

    HostPort address() {
        return monitor.address();
    }

    /// Returns a new agent with a session in v1.0.
    TestAgent agent() throws IOException {
        return TestAgent.greet(address());
    }

    /// Returns a new agent with a session in v1.1.
    TestAgent agentV11() throws IOException {
        return TestAgent.greetV11(address());
    }

    /// Returns the log so far, as JSON lines.
    String log() {
        return log.toString(UTF_8);
    }

    // ---- pages

    MonitorPage get(String path) throws IOException {
        return get(monitor.pagesAddress().orElse(address()), path);
    }

    static MonitorPage get(HostPort address, String path) throws IOException {
        var request =
                (HttpURLConnection) URI.create("http://" + address + path).toURL().openConnection();
        request.setRequestProperty("Connection", "close");
        request.setConnectTimeout((int) TIMEOUT.toMillis());
        request.setReadTimeout((int) TIMEOUT.toMillis());
        int code = request.getResponseCode();
        try (var body = code < 400 ? request.getInputStream() : request.getErrorStream()) {
            return new MonitorPage(code, new String(body.readAllBytes(), UTF_8));
        }
    }

    ScrapedPage ownMetrics() throws IOException {
        return new ScrapedPage(get("/metrics").body());
    }

    ScrapedPage hostMetrics() throws Exception {
        return metrics(hostMetricsAddress());
    }

    HostPort hostMetricsAddress() throws Exception {
        await(
                "the machine's metrics are there",
                () -> monitor.auxiliaryServers().hostAddress().isPresent());
        return monitor.auxiliaryServers().hostAddress().orElseThrow();
    }

    ScrapedPage cacheMetrics() throws Exception {
        await(
                "the cache's metrics are there",
                () -> monitor.auxiliaryServers().cacheAddress().isPresent());
        return metrics(monitor.auxiliaryServers().cacheAddress().orElseThrow());
    }

    HostPort cpuAddress() throws Exception {
        await("CPUs can be switched", () -> monitor.auxiliaryServers().cpuAddress().isPresent());
        return monitor.auxiliaryServers().cpuAddress().orElseThrow();
    }

    private static ScrapedPage metrics(HostPort address) throws IOException {
        return new ScrapedPage(get(address, "/metrics").body());
    }

    /// Returns the value of `/status` at `path`: a number or text as written, else its type.
    String status(String... path) throws IOException {
        Json value;
        try {
            value = Json.parse(get("/status").body());
        } catch (JsonException e) {
            throw new AssertionError("the status is not JSON", e);
        }
        for (String name : path) {
            if (!(value instanceof Json.Obj object))
                throw new AssertionError("no " + List.of(path) + " in the status");
            value =
                    object.get(name)
                            .orElseThrow(() -> new AssertionError("no " + name + " in the status"));
        }
        return switch (value) {
            case Json.Num(String text) -> text;
            case Json.Str(String text) -> text;
            case Json.Bool(boolean is) -> Boolean.toString(is);
            case Json.Null() -> "null";
            case Json.Obj _ -> "object";
            case Json.Arr _ -> "array";
        };
    }

    // ---- waiting

    void awaitStatus(String expected, String... path) throws Exception {
        await(List.of(path) + " is " + expected, () -> status(path).equals(expected));
    }

    /// Waits until the moving average has its full number of samples.
    void awaitSamples() throws Exception {
        await("the window is full", this::isSampled);
    }

    /// Waits until the average has this value, without older samples.
    void awaitUsage(long mebibytes) throws Exception {
        String bytes = Long.toString(mebibytes << 20);
        await(
                mebibytes + " MiB are used",
                // In this order, because a window of old samples is full too.
                () -> isOnAverage(bytes) && isSampled());
    }

    private boolean isOnAverage(String bytes) throws IOException {
        return get("/status").body().contains("\"average_bytes\":" + bytes + ",");
    }

    private boolean isSampled() throws IOException {
        return get("/status").body().contains("\"samples\":5,");
    }

    void awaitReady() throws Exception {
        await("ready", () -> get("/readyz").code() == 200);
    }

    void awaitUnready(String reason) throws Exception {
        await(
                "not ready: " + reason,
                () ->
                        get("/readyz") instanceof MonitorPage(int code, String body)
                                && code == 503
                                && body.contains(reason));
    }

    void awaitLog(String part) throws Exception {
        await("logged: " + part, () -> log().contains(part));
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
        Await.until(what, condition, () -> get("/status").body() + "\n" + log());
    }

    @Override
    public void close() {
        monitor.close();
    }
}
