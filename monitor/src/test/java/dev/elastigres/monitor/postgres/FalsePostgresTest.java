package dev.elastigres.monitor.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.elastigres.testbed.CertificateAuthority;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that behave like Postgres at first. None of them makes the monitor use much memory or
/// exceed its timeouts.
class FalsePostgresTest {
    private static final ConnectionTimeouts LIMITS =
            new ConnectionTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));
    private static final String LET_IN = message('R', "\0\0\0\0");
    private static final String READY =
            parameter("server_version", "17.0")
                    + parameter("client_encoding", "UTF8")
                    + parameter("DateStyle", "ISO, MDY")
                    + parameter("standard_conforming_strings", "on")
                    + message('K', "\0\0\0\7\0\0\0\1")
                    + message('Z', "I");

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ServerSocket listener;

    FalsePostgresTest() throws IOException {
        listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
    }

    /// Data sent during the login: constant, or a function of its number. The functions have no
    /// state.
    @SuppressWarnings("ImmutableEnumChecker")
    enum LoginScript {
        ENDLESS_PARAMETER(head('S', 0x7fffffff), i -> "x".repeat(1000)),
        ENDLESS_ERROR(head('E', 0x7ffffff0), i -> "x".repeat(1000)),
        ENDLESS_KEY(LET_IN + head('K', 0x7ffffff0), i -> "x".repeat(1000)),
        NEGATIVE_LENGTH("", i -> head('N', -5)),
        PARAMETERS(LET_IN, i -> message('S', "name" + i + "\0value\0")),
        LARGE_PARAMETERS(LET_IN, i -> message('S', "name\0" + "v".repeat(100_000) + "\0")),
        PARAMETERS_WITHOUT_END(LET_IN, i -> message('S', "name" + i)),
        NOTICES(LET_IN, i -> message('N', "SNOTICE\0Mnotice " + "n".repeat(5000) + "\0\0")),
        NOTIFICATIONS(LET_IN, i -> message('A', "\0\0\0\1channel\0payload\0")),
        SCRAM_MECHANISMS("", i -> message('R', "\0\0\0\12" + "SCRAM-SHA-256".repeat(1000))),
        COPY(LET_IN, i -> message('G', "\0\0\0")),
        NONSENSE("", i -> "HTTP/1.1 400 Bad Request\r\n\r\n");

        private final String first;
        private final IntFunction<String> then;

        LoginScript(String first, IntFunction<String> then) {
            this.first = first;
            this.then = then;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoginIsRefused(LoginScript login) throws Exception {
        serve(out -> flood(out, login.first, login.then), false);
        assertRefused(() -> connect("disable").close());
    }

    @ParameterizedTest
    @EnumSource(names = {"ENDLESS_PARAMETER", "ENDLESS_ERROR", "PARAMETERS", "NOTICES"})
    void aLoginIsRefusedWithTlsToo(LoginScript login) throws Exception {
        serve(out -> flood(out, login.first, login.then), true);
        assertRefused(() -> connect("require").close());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // A column of 2 GB; more columns than present; an unterminated string in a row
                // description.
                "\0\1\177\377\377\360",
                "\0\3\0\0\0\1x",
                "\0\1\0\0\0\1xyz",
                "\377\377\377\377\377\377"
            })
    void anAnswerIsRefused(String row) throws Exception {
        String described = message('T', "\0\1a\0" + "\0".repeat(18));
        serve(
                out -> {
                    send(out, LET_IN + READY);
                    flood(out, "", i -> described + message('D', row));
                },
                false);
        assertRefused(() -> connect("disable").close());
    }

    @Test
    void aServerThatDripsIsHung() throws Exception {
        serve(
                out -> {
                    send(out, LET_IN);
                    while (true) {
                        for (char c : message('S', "name\0value\0").toCharArray()) {
                            send(out, String.valueOf(c));
                            LockSupport.parkNanos(50_000_000);
                        }
                    }
                },
                false);
        long begun = System.nanoTime();
        assertThatThrownBy(() -> connect("disable").close())
                .isInstanceOf(PostgresException.Hung.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }

    // ---- what the tests share

    @FunctionalInterface
    private interface LoginAttempt {
        void run() throws PostgresException;
    }

    private void assertRefused(LoginAttempt attempt) {
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(attempt::run)
                .isInstanceOf(PostgresException.Refusing.class)
                .hasStackTraceContaining("the server does not behave like Postgres");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(30L << 20);
    }

    private PostgresConnection connect(String tls) throws PostgresException {
        return PostgresConnection.open(
                ConnectionString.parse(
                        "host=127.0.0.1 port=%d user=me dbname=db sslmode=%s"
                                .formatted(listener.getLocalPort(), tls),
                        Map.of()),
                LIMITS);
    }

    @FunctionalInterface
    private interface ServerScript {
        void run(OutputStream out) throws IOException;
    }

    private void serve(ServerScript script, boolean tls) throws Exception {
        var authority = CertificateAuthority.create("false");
        var context = authority.clientContext(authority.issue("localhost"));
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try (Socket accepted = listener.accept()) {
                                Socket socket = accepted;
                                if (tls) {
                                    accepted.getInputStream().readNBytes(8);
                                    accepted.getOutputStream().write('S');
                                    var over =
                                            (SSLSocket)
                                                    context.getSocketFactory()
                                                            .createSocket(accepted, "", 0, true);
                                    over.setUseClientMode(false);
                                    socket = over;
                                }
                                var in = new DataInputStream(socket.getInputStream());
                                in.readNBytes(in.readInt() - 4);
                                script.run(socket.getOutputStream());
                            } catch (SocketException _) {
                                // The monitor disconnected, as expected.
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
    }

    private static void flood(OutputStream out, String first, IntFunction<String> then)
            throws IOException {
        send(out, first);
        for (int i = 0; ; i++) send(out, then.apply(i));
    }

    private static void send(OutputStream out, String latin1) throws IOException {
        out.write(latin1.getBytes(ISO_8859_1));
        out.flush();
    }

    private static String parameter(String name, String value) {
        return message('S', name + "\0" + value + "\0");
    }

    private static String message(char type, String body) {
        return head(type, body.length() + 4) + body;
    }

    private static String head(char type, int length) {
        return type + new String(ByteBuffer.allocate(4).putInt(length).array(), ISO_8859_1);
    }
}
