package dev.elastigres.monitor.postgres;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.testing.NeedsPackages;
import dev.elastigres.testbed.CertificateAuthority;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The monitor interprets connection strings as libpq does: each string is given to both. The
/// server accepts only clients with a certificate of its authority, over TLS; another server is a
/// standby.
@NeedsPackages({"postgresql-15", "openssl"})
class LibpqTest {
    private static final ConnectionTimeouts GENEROUS =
            new ConnectionTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));
    private static final String PASSPHRASE = "geheim-7";

    @TempDir private static Path folder;

    private static CertificateAuthority authority;
    private static PostgresServer server;
    private static PostgresServer standby;
    private static Path psql;

    /// An ordinary key.
    private static Path plain;

    /// Result of libpq.
    ///
    /// @param understood the queried value; empty if there was no connection
    /// @param error the error message
    private record LibpqResult(Optional<String> understood, String error) {}

    @BeforeAll
    static void start() throws Exception {
        PostgresPrograms debian = PostgresPrograms.debian(15).orElseThrow();
        psql = debian.bin().resolve("psql");
        authority = CertificateAuthority.create("clients");
        var issued = authority.issue("server");
        server = PostgresServer.start(PostgresServerOptions.of(debian));
        Path data = server.dataDirectory();
        give(Files.writeString(data.resolve("server.crt"), issued.certificatePem()));
        give(
                Files.setPosixFilePermissions(
                        Files.writeString(data.resolve("server.key"), issued.keyPem()),
                        PosixFilePermissions.fromString("rw-------")));
        give(Files.writeString(data.resolve("clients.crt"), authority.certificatePem()));
        Files.writeString(
                data.resolve("postgresql.auto.conf"), "ssl = on\nssl_ca_file = 'clients.crt'\n");
        Files.writeString(
                data.resolve("pg_hba.conf"),
                """
                local all all trust
                host all odd 127.0.0.1/32 scram-sha-256
                hostssl all all 127.0.0.1/32 cert
                """);
        server.restart();
        Files.writeString(folder.resolve("root.crt"), authority.certificatePem());

        ask(socket(), "CREATE ROLE odd LOGIN PASSWORD 'sesam'");
        plain = key("EC", "pkey");

        standby = PostgresServer.start(PostgresServerOptions.of(debian));
        standby.stop();
        give(Files.createFile(standby.dataDirectory().resolve("standby.signal")));
        standby.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) server.close();
        if (standby != null) standby.close();
    }

    // ---- keys

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    RSA     | pkey
                    RSA     | rsa -traditional
                    RSA     | pkey -outform DER
                    RSA     | rsa -traditional -outform DER
                    EC      | pkey
                    EC      | ec
                    EC      | pkey -outform DER
                    EC      | ec -outform DER
                    ED25519 | pkey
                    ED25519 | pkey -outform DER
                    RSA     | pkcs8 -topk8 -v2 aes-128-cbc
                    RSA     | pkcs8 -topk8 -v2 aes-192-cbc
                    RSA     | pkcs8 -topk8 -v2 aes-256-cbc
                    EC      | pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA1
                    EC      | pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512
                    RSA     | pkcs8 -topk8 -v2 des3
                    RSA     | pkcs8 -topk8 -v1 PBE-SHA1-3DES
                    ED25519 | pkcs8 -topk8 -v2 aes-256-cbc
                    RSA     | rsa -traditional -aes256
                    RSA     | rsa -traditional -des3
                    EC      | ec -aes128
                    """)
    void takesEachFormOfAKey(String kind, String form) throws Exception {
        Path key = key(kind, form);
        String target = target(key);
        String given = target + " sslpassword=" + PASSPHRASE;
        assertThat(libpq(given).understood).as("libpq").contains("1");
        assertThat(monitor(given)).isEqualTo(new LibpqResult(Optional.of("1"), ""));

        boolean encrypted = form.contains("-v1") || form.contains("-v2") || form.contains("-aes");
        if (!encrypted && !form.contains("-des3")) return;
        assertThat(libpq(target).understood).isEmpty();
        assertThat(monitor(target).error)
                .contains(key + ": its key is encrypted, and no passphrase");
        String wrong = target + " sslpassword=wrong-one";
        assertThat(libpq(wrong).understood).isEmpty();
        assertThat(monitor(wrong).error)
                .contains(key + ": its key cannot be decrypted")
                .doesNotContain("wrong-one");
    }

    /// Features of OpenSSL that the JDK lacks.
    @ParameterizedTest
    @ValueSource(strings = {"pkcs8 -topk8 -scrypt", "pkcs8 -topk8 -v2 camellia-256-cbc"})
    void namesUnsupportedKeyEncryption(String form) throws Exception {
        String given = target(key("EC", form)) + " sslpassword=" + PASSPHRASE;
        assertThat(libpq(given).understood).contains("1");
        assertThat(monitor(given).error)
                .contains("is not supported; convert it with openssl pkcs8 -topk8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0600", "0400", "0640", "0644", "0660", "0604", "0700", "0740"})
    void checksKeyPermissionsLikeLibpq(String mode) throws Exception {
        Path key = Files.copy(plain, folder.resolve("permissions.key"), REPLACE_EXISTING);
        Files.copy(Path.of(plain + ".crt"), Path.of(key + ".crt"), REPLACE_EXISTING);
        for (int owner : new int[] {0, 65534}) {
            // Only root can change a file's owner; other users own theirs.
            if (ownUid() == 0) Files.setAttribute(key, "unix:uid", owner);
            Files.setAttribute(key, "unix:mode", Integer.parseInt(mode, 8));
            LibpqResult libpq = libpq(target(key));
            LibpqResult own = monitor(target(key));
            assertThat(own.understood).as(libpq.error).isEqualTo(libpq.understood);
            if (own.understood.isEmpty()) assertThat(own.error).contains("may be used by others");
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        Path other = key("EC", "pkey");
        String target = target(plain).replace("sslkey=" + plain, "sslkey=" + other);
        assertThat(libpq(target).understood).isEmpty();
        assertThat(monitor(target).error)
                .contains("cannot use " + other + ": its key does not belong to the certificate");
        String none = target(plain).replace("sslkey=" + plain, "sslkey=/nowhere");
        assertThat(libpq(none).understood).isEmpty();
        assertThat(monitor(none).error)
                .contains("there is a client certificate, but no private key file /nowhere");
    }

    /// A server that also accepts clients without TLS, and one that does not.
    @ParameterizedTest
    @ValueSource(strings = {"", "sslmode=prefer", "sslmode=allow", "sslmode=require"})
    void treatsUnusableKeyLikeLibpq(String mode) throws Exception {
        Path other = key("EC", "pkey");
        Path broken = Files.writeString(folder.resolve("broken.key"), "no key");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rw-------"));
        Path open = Files.copy(plain, folder.resolve("open.key"), REPLACE_EXISTING);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        for (String key : List.of(other.toString(), broken.toString(), open.toString(), "/nowhere"))
            for (String user : List.of("odd", "postgres")) {
                String target =
                        "host=127.0.0.1 port=%d user=%s dbname=postgres password=sesam sslcert=%s.crt sslkey=%s %s"
                                .formatted(server.port(), user, plain, key, mode);
                LibpqResult libpq = libpq(target);
                assertThat(monitor(target).understood)
                        .as("%s: %s", target, libpq.error)
                        .isEqualTo(libpq.understood);
            }
    }

    // ---- options

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl_min_protocol_version=TLSv1.3",
                "ssl_min_protocol_version=tlsv1.2",
                "ssl_min_protocol_version=TLSv1",
                "ssl_max_protocol_version=TLSv1.2",
                "ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2",
                "ssl_min_protocol_version=SSLv3",
                "sslcert=/nowhere",
                "sslsni=0",
                "sslrootcert=ROOT sslmode=verify-ca",
                "sslrootcert=ROOT sslmode=verify-full",
                "sslrootcert=ROOT sslmode=verify-full host=elsewhere hostaddr=127.0.0.1",
                "sslrootcert=ROOT sslmode=verify-full host=localhost hostaddr=127.0.0.1",
                "sslrootcert=/nowhere sslmode=verify-ca",
                "sslmode=verify-ca",
                "sslmode=disable",
                "requiressl=1",
                "requiressl=0",
                "sslmode=allow",
                "sslmode=prefer",
                "channel_binding=require",
                "gssencmode=disable",
                "host=localhost,127.0.0.1 port=1,PORT",
                "host=127.0.0.1,/nowhere",
                "hostaddr=127.0.0.1 host=",
                "hostaddr=localhost",
                "connect_timeout=x",
                "connect_timeout=-1",
                "options='-c work_mem=1MB'",
                "application_name=''",
                "colour=red",
                "port=0",
                "port=70000",
                "sslmode=Require",
                "target_session_attrs=Any",
                "password='not needed'",
                "dbname='post\\gres'",
            })
    void treatsOptionsLikeLibpq(String option) throws Exception {
        String own =
                option.replace("ROOT", folder.resolve("root.crt").toString())
                        .replace("PORT", Integer.toString(server.port()));
        String target = target(plain) + " " + own;
        LibpqResult libpq = libpq(target);
        assertThat(monitor(target).understood).as(libpq.error).isEqualTo(libpq.understood);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://postgres@127.0.0.1:PORT/postgres?TLS",
                "postgres://postgres@127.0.0.1:PORT/postgres?TLS",
                "postgresql://postgres:p%40x@127.0.0.1:PORT/postgres?TLS",
                "postgresql://postgres:p?x@127.0.0.1:PORT/postgres?TLS",
                "postgresql://127.0.0.1:PORT/postgres?user=postgres&TLS",
                "postgresql://postgres@127.0.0.1:1,127.0.0.1:PORT/postgres?TLS",
                "postgresql://postgres@127.0.0.1%2C127.0.0.1:PORT/postgres?TLS",
                "postgresql:///postgres?host=127.0.0.1&port=PORT&user=postgres&TLS",
                "postgresql://postgres@SOCKET:PORT/postgres",
                "postgresql://postgres@[::1]:1/postgres?TLS",
                "postgresql://postgres@[::1/postgres?TLS",
                "postgresql://postgres@[]/postgres?TLS",
                "postgresql://postgres@127.0.0.1:PORT/p%6fstgres?TLS",
                "postgresql://postgres@127.0.0.1:PORT/p%zz?TLS",
                "postgresql://postgres@127.0.0.1:PORT/postgres?TLS&ssl=true",
                "postgresql://postgres@127.0.0.1:PORT/postgres?TLS&colour=red",
                "postgresql://postgres@127.0.0.1:PORT/postgres?TLS&sslmode",
                "postgresql://postgres@127.0.0.1:PORT/postgres?TLS&sslmode=a=b",
                "postgresql://postgres:p@x@127.0.0.1:PORT/postgres?TLS",
                "postgresql://postgres:p/x@127.0.0.1:PORT/postgres?TLS",
            })
    void treatsUrisLikeLibpq(String text) throws Exception {
        String uri =
                text.replace("PORT", Integer.toString(server.port()))
                        .replace("SOCKET", server.socketFolder().toString().replace("/", "%2F"))
                        .replace("TLS", "sslcert=%s.crt&sslkey=%1$s".formatted(plain));
        LibpqResult libpq = libpq(uri);
        assertThat(monitor(uri).understood).as(libpq.error).isEqualTo(libpq.understood);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "any",
                "read-write",
                "read-only",
                "primary",
                "standby",
                "prefer-standby",
            })
    void choosesSameServerAsLibpq(String kind) throws Exception {
        for (var order :
                List.of(List.of(server, standby), List.of(standby, server), List.of(server))) {
            var hosts = new ArrayList<String>();
            var ports = new ArrayList<String>();
            for (PostgresServer each : order) {
                hosts.add(each.socketFolder().toString());
                ports.add(Integer.toString(each.port()));
            }
            String target =
                    "host=%s port=%s user=postgres dbname=postgres target_session_attrs=%s"
                            .formatted(String.join(",", hosts), String.join(",", ports), kind);
            LibpqResult libpq = ask(target, "SHOW port");
            assertThat(monitor(target, "SHOW port").understood)
                    .as(libpq.error)
                    .isEqualTo(libpq.understood);
        }
    }

    // ---- password files

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*:*:*:odd:sesam\n",
                "127.0.0.1:*:postgres:odd:sesam",
                "\n\n# comment\n*:*:*:odd:sesam\n",
                "too:few\n*:*:*:odd:sesam\n",
                "*:*:*:odd:wrong\n*:*:*:odd:sesam\n",
                "\377\376:*:*:x:y\n*:*:*:odd:sesam\n",
                "*:*:*:o\303(:y\n*:*:*:odd:sesam\n",
                "*:*:*:odd:sesam\r\n",
                "*:*:*:odd:\\s\\esam\n",
                "*:*:*:o\\dd:sesam\n",
                "\357\273\277*:*:*:odd:sesam\n",
                "\0\0\n*:*:*:odd:sesam\n",
            })
    void findsThePasswordThatLibpqFinds(String lines) throws Exception {
        Path file = folder.resolve("passwords");
        Files.write(file, lines.getBytes(StandardCharsets.ISO_8859_1));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        String target =
                "host=127.0.0.1 port=%d user=odd dbname=postgres passfile=%s"
                        .formatted(server.port(), file);
        LibpqResult libpq = libpq(target);
        assertThat(monitor(target).understood).as(libpq.error).isEqualTo(libpq.understood);
    }

    // ---- both sides

    private static String socket() {
        return "host=%s port=%d user=postgres dbname=postgres"
                .formatted(server.socketFolder(), server.port());
    }

    private static String target(Path key) {
        return "host=127.0.0.1 port=%d user=postgres dbname=postgres sslcert=%s.crt sslkey=%2$s"
                .formatted(server.port(), key);
    }

    private static LibpqResult libpq(String target) throws Exception {
        return ask(target, "SELECT 1");
    }

    private static LibpqResult ask(String target, String sql) throws Exception {
        var builder =
                new ProcessBuilder(psql.toString(), "-XAtqw", "-d", target, "-c", sql)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectError(folder.resolve("errors").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String errors = Files.readString(folder.resolve("errors"), StandardCharsets.ISO_8859_1);
        return process.exitValue() == 0
                ? new LibpqResult(Optional.of(output.strip()), "")
                : new LibpqResult(Optional.empty(), errors);
    }

    private static LibpqResult monitor(String target) {
        return monitor(target, "SELECT 1");
    }

    private static LibpqResult monitor(String target, String sql) {
        var variables = Map.of("HOME", folder.toString());
        try (var connection =
                PostgresConnection.open(ConnectionString.parse(target, variables), GENEROUS)) {
            return new LibpqResult(
                    Optional.of(connection.query("ask", sql, row -> row.getString(1)).getFirst()),
                    "");
        } catch (PostgresException e) {
            return new LibpqResult(Optional.empty(), e.chain());
        } catch (IllegalArgumentException e) {
            return new LibpqResult(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    // ---- what openssl makes

    /// Creates a key file, and its certificate in a file with the suffix `.crt`.
    private static Path key(String kind, String form) throws Exception {
        Path plain = Files.createTempFile(folder, "plain", ".pem");
        Path key = Files.createTempFile(folder, "client", ".key");
        var algorithm =
                switch (kind) {
                    case "RSA" -> List.of("RSA", "-pkeyopt", "rsa_keygen_bits:2048");
                    case "EC" -> List.of("EC", "-pkeyopt", "ec_paramgen_curve:P-256");
                    default -> List.of(kind);
                };
        openssl(List.of("genpkey", "-out", plain.toString(), "-algorithm"), algorithm);
        openssl(
                List.of(form.split(" ", -1)),
                List.of("-in", plain.toString(), "-out", key.toString()),
                form.contains("-v") || form.contains("-scrypt") || form.matches(".*-(aes|des).*")
                        ? List.of("-passout", "pass:" + PASSPHRASE)
                        : List.of());
        Path half = Files.createTempFile(folder, "public", ".der");
        openssl(
                List.of("pkey", "-in", plain.toString(), "-pubout", "-outform", "DER"),
                List.of("-out", half.toString()));
        PublicKey certified =
                KeyFactory.getInstance(kind.equals("ED25519") ? "EdDSA" : kind)
                        .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(half)));
        var issued = authority.issue("postgres", new KeyPair(certified, null));
        Files.writeString(Path.of(key + ".crt"), issued.certificatePem());
        return key;
    }

    @SafeVarargs
    private static void openssl(List<String>... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add("openssl");
        for (List<String> each : arguments) command.addAll(each);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + output).isZero();
    }

    private static int ownUid() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /// Makes the server's user the owner of a file.
    private static Path give(Path file) throws IOException {
        return Files.setOwner(file, Files.getOwner(file.getParent()));
    }
}
