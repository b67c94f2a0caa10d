package dev.elastigres.monitor.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A server with a self-signed certificate for `localhost`.
class PostgresTlsTest {
    private static final ConnectionTimeouts GENEROUS =
            new ConnectionTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));
    private static final String PASSWORD = "changeit";

    @TempDir private static Path folder;

    private static PostgresServer server;
    private static Path own;
    private static Path foreign;

    @BeforeAll
    static void start() throws Exception {
        KeyStore keys = selfSigned("server");
        own = writeCertificate(keys, folder.resolve("own.crt"));
        foreign = writeCertificate(selfSigned("foreign"), folder.resolve("foreign.crt"));

        server = PostgresServer.start(PostgresServerOptions.of(PostgresPrograms.embedded()));
        Path data = server.dataDirectory();
        give(writeCertificate(keys, data.resolve("server.crt")));
        give(writeKey(keys, data.resolve("server.key")));
        try (var admin = open("127.0.0.1", "disable", own)) {
            admin.execute("switch TLS on", "ALTER SYSTEM SET ssl = on");
        }
        server.restart();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, disable, false",
        "127.0.0.1, allow, false",
        "127.0.0.1, prefer, true",
        "127.0.0.1, require, true",
        "127.0.0.1 sslnegotiation=direct, require, true",
        "localhost sslnegotiation=direct, verify-full, true",
        "127.0.0.1, verify-ca, true",
        "localhost, verify-full, true",
    })
    void encryptsWhenAskedTo(String host, String mode, boolean encrypted) throws Exception {
        try (var connection = open(host, mode, own)) {
            assertThat(
                            connection.query(
                                    "ask",
                                    "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                                    row -> row.getBoolean(1)))
                    .containsExactly(encrypted);
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, verify-full", "localhost, verify-ca", "localhost, require"})
    void rejectsServerThatCannotBeVerified(String host, String mode) {
        Path root = mode.equals("verify-full") ? own : foreign;
        var failure =
                catchThrowableOfType(PostgresException.class, () -> open(host, mode, root).close());
        assertThat(failure).isInstanceOf(PostgresException.Refusing.class);
    }

    /// These names cannot be resolved.
    @ParameterizedTest
    @CsvSource({"localhost, verify-full", "pg.invalid, require", "pg.invalid, disable"})
    void connectsToHostaddrAndVerifiesHostName(String host, String mode) throws Exception {
        try (var connection = open(host + " hostaddr=127.0.0.1", mode, own)) {
            assertThat(connection.isOpen()).isTrue();
        }
        var failure =
                catchThrowableOfType(
                        PostgresException.class,
                        () -> open("pg.invalid hostaddr=127.0.0.1", "verify-full", own).close());
        assertThat(failure).isInstanceOf(PostgresException.Refusing.class);
    }

    @Test
    void aSocketNeedsNoTls() throws Exception {
        try (var connection = open(server.socketFolder().toString(), "verify-full", foreign)) {
            assertThat(connection.isOpen()).isTrue();
        }
    }

    private static PostgresConnection open(String host, String mode, Path root)
            throws PostgresException {
        String text =
                "host=%s port=%d user=postgres sslmode=%s sslrootcert=%s"
                        .formatted(host, server.port(), mode, root);
        return PostgresConnection.open(
                ConnectionString.parse(text, Map.of("HOME", folder.toString())), GENEROUS);
    }

    private static KeyStore selfSigned(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        var keytool =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                                .toString(),
                                        "-genkeypair",
                                        "-alias",
                                        name,
                                        "-keyalg",
                                        "RSA",
                                        "-dname",
                                        "CN=localhost",
                                        "-ext",
                                        "SAN=dns:localhost",
                                        "-ext",
                                        "BC:c=ca:true",
                                        "-storetype",
                                        "PKCS12",
                                        "-keystore",
                                        file.toString(),
                                        "-storepass",
                                        PASSWORD))
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor()).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static Path writeCertificate(KeyStore store, Path file) throws Exception {
        String alias = store.aliases().nextElement();
        return writePem("CERTIFICATE", store.getCertificate(alias).getEncoded(), file);
    }

    private static Path writeKey(KeyStore store, Path file) throws Exception {
        String alias = store.aliases().nextElement();
        byte[] key = store.getKey(alias, PASSWORD.toCharArray()).getEncoded();
        writePem("PRIVATE KEY", key, file);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static Path writePem(String kind, byte[] content, Path file) throws Exception {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                file, "-----BEGIN %s-----\n%s\n-----END %1$s-----\n".formatted(kind, base64));
    }

    /// Makes the server's user the owner of its key.
    private static void give(Path file) throws Exception {
        Files.setOwner(file, Files.getOwner(server.dataDirectory()));
    }
}
