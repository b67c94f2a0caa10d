package dev.elastigres.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A registry that supports pushes only, with password authentication.
final class TestRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String authorization;
    private final Set<String> blobs = ConcurrentHashMap.newKeySet();
    private final Map<String, String> manifests = new ConcurrentHashMap<>();

    private TestRegistry(HttpServer server, String user, String password) {
        this.server = server;
        authorization = "Basic " + encoded(user, password);
    }

    /// @param keys a PKCS #12 file and its password; Jib sends credentials over TLS only
    static TestRegistry open(Path keys, String keysPassword, String user, String password)
            throws IOException, GeneralSecurityException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpsServer server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(keys, keysPassword.toCharArray())));
        var registry = new TestRegistry(server, user, password);
        registry.server.setExecutor(registry.threads);
        registry.server.createContext("/", registry::answer);
        registry.server.start();
        return registry;
    }

    private static SSLContext tls(Path keys, char[] password)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(keys.toFile(), password);
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static String encoded(String user, String password) {
        return Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    String address() {
        return "localhost:" + server.getAddress().getPort();
    }

    /// Returns the pushed manifests by tag.
    Map<String, String> manifests() {
        return manifests;
    }

    void writeCredentials(Path config, String user, String password) throws IOException {
        Files.writeString(
                config,
                """
                {"auths": {"%s": {"auth": "%s"}}}
                """
                        .formatted(address(), encoded(user, password)));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (!authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"test\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            exchange.sendResponseHeaders(code(exchange, path, body), -1);
        }
    }

    private int code(HttpExchange exchange, String path, byte[] body) {
        String last = path.substring(path.lastIndexOf('/') + 1);
        return switch (exchange.getRequestMethod()) {
            case "HEAD" -> blobs.contains(last) ? 200 : 404;
            case "POST", "PATCH" -> {
                String upload =
                        "https://" + address() + path.replaceFirst("/uploads/.*", "/uploads/");
                exchange.getResponseHeaders().set("Location", upload + "one");
                yield 202;
            }
            case "PUT" -> {
                if (path.contains("/manifests/"))
                    manifests.put(last, new String(body, StandardCharsets.UTF_8));
                else blobs.add(exchange.getRequestURI().getQuery().replaceFirst(".*digest=", ""));
                yield 201;
            }
            default -> path.equals("/v2/") ? 200 : 404;
        };
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
