package dev.elastigres.daemon.guard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.http.HostCheck;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.RawClient;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.http.WebSocketMessage;
import dev.elastigres.daemon.http.WebSocketSession;
import dev.elastigres.testbed.CertificateAuthority;
import dev.elastigres.testbed.CertificateAuthority.IssuedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTlsTest {

    @TempDir Path folder;
    private final RecordingGuardListener told = new RecordingGuardListener();
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private CertificateAuthority authority;
    private ServerTlsFiles files;

    @BeforeEach
    void writeFiles() throws Exception {
        authority = CertificateAuthority.create("test");
        files =
                new ServerTlsFiles(
                        folder.resolve("server.crt"),
                        folder.resolve("server.key"),
                        Optional.of(folder.resolve("clients.crt")));
        write(authority.issue("server"));
        Files.writeString(folder.resolve("clients.crt"), authority.certificatePem());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) one.close();
    }

    // ---- who comes in

    @Test
    void acceptsClientWithCertificate() throws Exception {
        var server = serve(files, ServerLimits.DEFAULT);
        assertThat(ask(server, authority, authority.issue("agent"))).contains(" 200 OK", "welcome");
        assertThat(told.lines).isEmpty();
    }

    @Test
    void rejectsClientWithoutCertificate() throws Exception {
        var server = serve(files, ServerLimits.DEFAULT);
        assertThatThrownBy(() -> ask(server, authority, null))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("certificate_required");
        awaitTold("refused: no TLS handshake: (certificate_required)");
    }

    @Test
    void rejectsClientWithForeignCertificate() throws Exception {
        var server = serve(files, ServerLimits.DEFAULT);
        IssuedCertificate strange = CertificateAuthority.create("test").issue("agent");
        assertThatThrownBy(() -> ask(server, authority, strange)).isInstanceOf(IOException.class);
        awaitTold("refused: no TLS handshake: ");
        assertThat(ask(server, authority, authority.issue("agent"))).contains("welcome");
    }

    @Test
    void withoutAnAuthorityClientsNeedNoCertificate() throws Exception {
        var oneWay = new ServerTlsFiles(files.certificate(), files.key(), Optional.empty());
        assertThat(ask(serve(oneWay, ServerLimits.DEFAULT), authority, null)).contains("welcome");
    }

    @Test
    void olderTlsIsNotSpoken() throws Exception {
        var server = serve(files, ServerLimits.DEFAULT);
        var socket = client(server, authority, authority.issue("agent"));
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }

    @Test
    void rejectsPlaintextConnection() throws Exception {
        var server = serve(files, ServerLimits.DEFAULT);
        try (var plain = RawClient.connect(server.address())) {
            plain.send("GET / HTTP/1.1\r\n\r\n");
            assertThat(plain.readAll()).doesNotContain("HTTP");
        }
        awaitTold("refused: no TLS handshake: ");
        try (var gone = RawClient.connect(server.address())) {
            gone.vanish();
        }
        assertThat(ask(server, authority, authority.issue("agent"))).contains("welcome");
        assertThat(told.lines).hasSize(1);
    }

    // ---- while it lasts

    @Test
    void aWebSocketIsKeptThroughSilencePingsAndPieces() throws Exception {
        ServerLimits usual = ServerLimits.DEFAULT;
        var impatient =
                new ServerLimits(
                        usual.headSize(),
                        usual.headers(),
                        usual.messageSize(),
                        usual.sessions(),
                        usual.pendingConnections(),
                        usual.setup(),
                        usual.outbox(),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(30),
                        usual.closeWait(),
                        usual.writeWait());
        var server = serve(files, impatient);
        var agent = RawClient.over(client(server, authority, authority.issue("agent"))).upgrade();
        open.add(agent);
        // Each ping is sent after a read timed out.
        for (int i = 0; i < 5; i++) assertThat(agent.readFrame().opcode()).isEqualTo(0x9);
        agent.sendText("x".repeat(60_000));
        RawClient.ServerFrame frame = agent.readFrame();
        while (frame.opcode() == 0x9) frame = agent.readFrame();
        assertThat(frame.text()).hasSize(60_000);
        agent.sendClose(1000);
        while (frame.opcode() != 0x8) frame = agent.readFrame();
        assertThat(frame.code()).isEqualTo(1000);
        assertThat(failures).isEmpty();
    }

    @Test
    void aPeerThatDoesNotReadIsCutWhileItsWriterIsStuck() throws Exception {
        ServerLimits usual = ServerLimits.DEFAULT;
        var strict =
                new ServerLimits(
                        usual.headSize(),
                        usual.headers(),
                        usual.messageSize(),
                        usual.sessions(),
                        usual.pendingConnections(),
                        usual.setup(),
                        1000,
                        usual.pingAfter(),
                        usual.silenceTimeout(),
                        Duration.ofMillis(100),
                        Duration.ofMillis(100));
        var ends = new LinkedBlockingQueue<WebSocketMessage.Closed>();
        var server =
                serve(
                        files,
                        strict,
                        socket -> {
                            socket.admitted();
                            String text = "x".repeat(60_000);
                            while (socket.send(text)) Thread.onSpinWait();
                            ends.add((WebSocketMessage.Closed) socket.receive());
                        });
        var deaf = RawClient.over(client(server, authority, authority.issue("agent")));
        open.add(deaf);
        deaf.upgrade();
        assertThat(ends.poll(30, SECONDS)).isNotNull();
        assertThat(ask(server, authority, authority.issue("agent"))).contains("welcome");
    }

    @Test
    void unfinishedHandshakesDoNotDisturbOthers() throws Exception {
        var server = serve(files, ServerLimits.DEFAULT);
        var agent = RawClient.over(client(server, authority, authority.issue("agent"))).upgrade();
        open.add(agent);
        byte[] beginning = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01};
        for (int i = 0; i < 200; i++) {
            var silent = RawClient.connect(server.address());
            open.add(silent);
            if (i % 2 == 0) sendIfThere(silent, beginning);
            if (i % 50 == 0) {
                agent.sendText("still here");
                assertThat(agent.readFrame().text()).isEqualTo("still here");
            }
        }
        var last = RawClient.connect(server.address());
        open.add(last);
        assertThat(last.isEnded()).as("its time is over").isTrue();
        agent.sendText("still here");
        assertThat(agent.readFrame().text()).isEqualTo("still here");
        assertThat(ask(server, authority, authority.issue("agent"))).contains("welcome");
    }

    /// New connections displace old ones, so any of them may be closed.
    private static void sendIfThere(RawClient client, byte[] bytes) {
        try {
            client.send(bytes);
        } catch (IOException _) {
            // Gone.
        }
    }

    // ---- files

    @Test
    void newFilesCountForTheNextConnection() throws Exception {
        var server = serve(files, ServerLimits.DEFAULT);
        IssuedCertificate old = authority.issue("agent");
        var agent = RawClient.over(client(server, authority, old)).upgrade();
        open.add(agent);

        var next = CertificateAuthority.create("next");
        write(next.issue("server"));
        Files.writeString(folder.resolve("clients.crt"), next.certificatePem());
        assertThat(ask(server, next, next.issue("agent"))).contains("welcome");
        assertThat(told.lines).containsExactly("TLS files renewed");
        assertThatThrownBy(() -> ask(server, next, old)).isInstanceOf(IOException.class);

        agent.sendText("still here");
        assertThat(agent.readFrame().text()).isEqualTo("still here");
    }

    @Test
    void filesThatCannotBeUsedLeaveTheOldInForce() throws Exception {
        var server = serve(files, ServerLimits.DEFAULT);
        IssuedCertificate agent = authority.issue("agent");
        Files.writeString(files.key(), authority.issue("another").keyPem());
        for (int i = 0; i < 3; i++) assertThat(ask(server, authority, agent)).contains("welcome");
        Files.delete(files.certificate());
        assertThat(ask(server, authority, agent)).contains("welcome");
        assertThat(told.lines)
                .containsExactly(
                        "TLS files kept: cannot use "
                                + files.key()
                                + ": its key does not belong to the certificate",
                        "TLS files kept: cannot read "
                                + files.certificate()
                                + ": there is no such file");
        write(authority.issue("server"));
        assertThat(ask(server, authority, agent)).contains("welcome");
        assertThat(told.lines.getLast()).isEqualTo("TLS files renewed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    server.crt  | nothing                                | it has no certificate in PEM form
                    server.crt  | -----BEGIN CERTIFICATE-----            | a block of it has no end
                    server.crt  | -----BEGIN X-----/-----END Y-----      | a block of it has no end
                    server.crt  | -----BEGIN CERTIFICATE-----/%/-----END CERTIFICATE----- | a block of it is not base64
                    server.crt  | -----BEGIN CERTIFICATE-----/AAAA/-----END CERTIFICATE----- | a certificate in it cannot be read
                    server.key  | nothing                                | it has no private key in PEM form
                    server.key  | -----BEGIN PRIVATE KEY-----/AAAA/-----END PRIVATE KEY----- | its key cannot be read as EC
                    server.key  | -----BEGIN EC PRIVATE KEY-----/AAAA/-----END EC PRIVATE KEY----- | its key cannot be read as EC
                    server.key  | -----BEGIN ENCRYPTED PRIVATE KEY-----/AAAA/-----END ENCRYPTED PRIVATE KEY----- | its key needs a passphrase
                    server.key  | -----BEGIN EC PRIVATE KEY-----/Proc-Type: 4,ENCRYPTED/AAAA/-----END EC PRIVATE KEY----- | its key needs a passphrase
                    clients.crt | nothing                                | it has no certificate in PEM form
                    """)
    void reportsWhyACredentialFileIsInvalid(String name, String lines, String why)
            throws Exception {
        Path file = Files.writeString(folder.resolve(name), lines.replace('/', '\n'));
        assertThatThrownBy(() -> ServerTls.with(files, told))
                .isInstanceOf(CredentialException.class)
                .hasMessageStartingWith("cannot use " + file + ": " + why);
    }

    @Test
    void readsTheOlderFormsOfKeys() throws Exception {
        var rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        IssuedCertificate issued = authority.issue("server", rsa.generateKeyPair());
        write(issued);
        assertThat(ask(serve(files, ServerLimits.DEFAULT), authority, authority.issue("agent")))
                .contains("welcome");
        // The traditional form is the last element of PKCS #8.
        byte[] pkcs8 = issued.key().getEncoded();
        writeKey("RSA PRIVATE KEY", pkcs8, 26);
        assertThat(ask(serve(files, ServerLimits.DEFAULT), authority, authority.issue("agent")))
                .contains("welcome");

        issued = authority.issue("server");
        write(issued);
        writeKey("EC PRIVATE KEY", issued.key().getEncoded(), 28);
        assertThat(ask(serve(files, ServerLimits.DEFAULT), authority, authority.issue("agent")))
                .contains("welcome");
    }

    private void writeKey(String label, byte[] pkcs8, int start) throws IOException {
        byte[] older = Arrays.copyOfRange(pkcs8, start, pkcs8.length);
        assertThat(older[0]).as("a sequence").isEqualTo((byte) 0x30);
        Files.writeString(
                files.key(),
                "A comment\n-----BEGIN %s-----\n%s\n-----END %1$s-----\n"
                        .formatted(label, Base64.getEncoder().encodeToString(older)));
    }

    // ---- what the tests share

    private void write(IssuedCertificate issued) throws IOException {
        Files.writeString(files.certificate(), issued.certificatePem());
        Files.writeString(files.key(), issued.keyPem());
    }

    private HttpServer serve(ServerTlsFiles files, ServerLimits limits) throws Exception {
        return serve(
                files,
                limits,
                socket -> {
                    socket.admitted();
                    while (socket.receive() instanceof WebSocketMessage.Text(String text))
                        socket.send(text);
                });
    }

    private HttpServer serve(ServerTlsFiles files, ServerLimits limits, WebSocketSession session)
            throws Exception {
        var server =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.of(ServerTls.with(files, told)),
                        HostCheck.DEFAULT,
                        Routes.NONE
                                .with("/", _ -> Response.text(200, "welcome"))
                                .withWebSocket("/ws", session),
                        limits,
                        (what, where, cause) -> failures.add(what + ": " + where + ": " + cause));
        open.add(server);
        return server;
    }

    /// Returns a client socket that trusts `server` only and presents `own`.
    private static SSLSocket client(
            HttpServer http, CertificateAuthority server, @Nullable IssuedCertificate own)
            throws Exception {
        var socket = new Socket();
        socket.setSoTimeout(20_000);
        socket.connect(http.address());
        return (SSLSocket)
                server.clientContext(own)
                        .getSocketFactory()
                        .createSocket(socket, "localhost", http.address().getPort(), true);
    }

    private static String ask(
            HttpServer http, CertificateAuthority server, @Nullable IssuedCertificate own)
            throws Exception {
        try (var client = RawClient.over(client(http, server, own))) {
            return client.send("GET / HTTP/1.1\r\n\r\n").readAll();
        }
    }

    private void awaitTold(String beginning) {
        long deadline = System.nanoTime() + SECONDS.toNanos(20);
        while (told.lines.stream().noneMatch(line -> line.startsWith(beginning))) {
            if (System.nanoTime() - deadline > 0) throw new AssertionError(told.lines);
            Thread.onSpinWait();
        }
    }
}
