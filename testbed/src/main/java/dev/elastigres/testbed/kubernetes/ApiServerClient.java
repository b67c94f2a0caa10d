package dev.elastigres.testbed.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.testbed.TestbedException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/// Calls the API server, and the other programs of the control plane, on this machine. Thread-safe.
///
/// @param trust trusts the certificates of the control plane
/// @param token of a user who may do everything
record ApiServerClient(String server, SSLSocketFactory trust, String token) {
    private static final int READY_TIMEOUT_MILLIS = 2_000;
    private static final int POST_TIMEOUT_MILLIS = 300_000;

    /// Creates the object `json` at `path`.
    void post(String path, String json) throws TestbedException {
        try {
            var connection =
                    (HttpsURLConnection) URI.create(server + path).toURL().openConnection();
            connection.setSSLSocketFactory(trust);
            connection.setConnectTimeout(POST_TIMEOUT_MILLIS);
            connection.setReadTimeout(POST_TIMEOUT_MILLIS);
            connection.setRequestProperty("Authorization", "Bearer " + token);
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            try (var out = connection.getOutputStream()) {
                out.write(json.getBytes(UTF_8));
            }
            if (connection.getResponseCode() == HttpURLConnection.HTTP_CREATED) {
                // Read to the end, so that the connection is used again.
                try (var in = connection.getInputStream()) {
                    in.readAllBytes();
                }
                return;
            }
            try (var in = connection.getErrorStream()) {
                String why = in == null ? "" : new String(in.readAllBytes(), UTF_8);
                throw new TestbedException(
                        "%s was answered by %d: %s"
                                .formatted(path, connection.getResponseCode(), why.strip()));
            }
        } catch (IOException e) {
            throw new TestbedException("cannot make " + path, e);
        }
    }

    /// Whether `address` answers with status 200 now.
    boolean isReady(String address) {
        try {
            var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
            if (connection instanceof HttpsURLConnection secure) secure.setSSLSocketFactory(trust);
            connection.setConnectTimeout(READY_TIMEOUT_MILLIS);
            connection.setReadTimeout(READY_TIMEOUT_MILLIS);
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException _) {
            return false; // it does not listen yet
        }
    }
}
