package dev.elastigres.cli.prometheus;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.process.ParentBoundProcess;
import dev.elastigres.testbed.process.ToolRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real Prometheus server whose database was filled from a text of OpenMetrics, so that it has
/// days of data at once.
final class BackfilledPrometheus implements AutoCloseable {
    static final Path SERVER = Path.of("/usr/bin/prometheus");
    static final Path TOOL = Path.of("/usr/bin/promtool");
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Process process;
    private final String url;

    private BackfilledPrometheus(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /// @param folder an empty folder for its files
    /// @param openMetrics samples with timestamps, each metric family at one place
    static BackfilledPrometheus start(Path folder, String openMetrics)
            throws IOException, TestbedException, InterruptedException {
        Path text = Files.writeString(folder.resolve("metrics"), openMetrics);
        Path data = folder.resolve("data");
        ToolRunner.run(
                "promtool",
                folder,
                List.of(
                        TOOL.toString(),
                        "tsdb",
                        "create-blocks-from",
                        "openmetrics",
                        text.toString(),
                        data.toString()));
        Path configuration = Files.writeString(folder.resolve("prometheus.yml"), "global: {}\n");
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Process process =
                ParentBoundProcess.start(
                        "prometheus",
                        ToolRunner.builder(
                                        List.of(
                                                SERVER.toString(),
                                                "--config.file=" + configuration,
                                                "--storage.tsdb.path=" + data,
                                                "--web.listen-address=127.0.0.1:" + port))
                                .redirectOutput(folder.resolve("log").toFile()));
        var started = new BackfilledPrometheus(process, "http://127.0.0.1:" + port);
        try {
            started.awaitReady();
            return started;
        } catch (TestbedException | InterruptedException e) {
            started.close();
            throw e;
        }
    }

    String url() {
        return url;
    }

    private void awaitReady() throws TestbedException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        var request = HttpRequest.newBuilder(URI.create(url + "/-/ready")).build();
        try (var client = HttpClient.newHttpClient()) {
            while (!isReady(client, request)) {
                if (!process.isAlive() || System.nanoTime() > deadline)
                    throw new TestbedException("prometheus does not start");
                Thread.sleep(POLL);
            }
        }
    }

    private static boolean isReady(HttpClient client, HttpRequest request)
            throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
