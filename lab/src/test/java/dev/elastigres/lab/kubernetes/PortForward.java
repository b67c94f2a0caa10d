package dev.elastigres.lab.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Forwards a port of this machine to a pod with `kubectl port-forward`, until it is closed.
final class PortForward implements AutoCloseable {
    private static final Pattern OPEN =
            Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) .*");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Process process;
    private final int port;

    private PortForward(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static PortForward to(Kubectl kubectl, LabPod pod, int port)
            throws IOException, TestbedException {
        var builder =
                new ProcessBuilder(
                        kubectl.program().toString(),
                        "--kubeconfig=" + kubectl.kubeconfig(),
                        "port-forward",
                        "--address=127.0.0.1",
                        "--namespace=" + pod.namespace(),
                        "pod/" + pod.name(),
                        ":" + port);
        Process process = builder.redirectErrorStream(true).start();
        BufferedReader said = process.inputReader();
        // The first line contains the local port or the error.
        String line = said.readLine();
        Matcher open = OPEN.matcher(line == null ? "" : line);
        if (open.matches()) return new PortForward(process, Integer.parseInt(open.group(1)));
        process.destroyForcibly();
        throw new TestbedException("cannot reach " + pod.name() + ": " + line);
    }

    /// Returns the body of an HTTP response.
    String get(String path) throws IOException, InterruptedException, TestbedException {
        var address = URI.create("http://127.0.0.1:" + port + path);
        var request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() == 200) return answer.body();
            throw new TestbedException(path + " answers " + answer.statusCode());
        }
    }

    /// Connects to the pod's Postgres.
    Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port), user, password);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
