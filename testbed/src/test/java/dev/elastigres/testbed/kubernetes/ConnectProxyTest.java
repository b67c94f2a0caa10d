package dev.elastigres.testbed.kubernetes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ConnectProxyTest {
    private static final Duration GENEROUS = Duration.ofSeconds(20);
    private static final String HEAD = "CONNECT one:10250 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    private static final String ADMITTED = "HTTP/1.1 200 OK\r\n\r\n";

    @TempDir Path folder;
    private ServerSocket node;
    private ConnectProxy way;

    @BeforeEach
    void open() throws IOException {
        node = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        way = ConnectProxy.open(folder.resolve("way"), GENEROUS);
        way.lead("one:10250", (InetSocketAddress) node.getLocalSocketAddress());
    }

    @AfterEach
    void close() throws IOException {
        way.close();
        node.close();
    }

    @Test
    void passesBytesBothWaysUntilBothHaveEnded() throws Exception {
        try (var caller = call(HEAD);
                var inside = node.accept()) {
            assertThat(read(caller, ADMITTED.length())).isEqualTo(ADMITTED);
            write(caller, "asked");
            assertThat(inside.getInputStream().readNBytes(5)).asString().isEqualTo("asked");
            caller.shutdownOutput();
            assertThat(inside.getInputStream().read()).as("the end").isEqualTo(-1);
            inside.getOutputStream().write("answered".getBytes(ISO_8859_1));
            inside.shutdownOutput();
            assertThat(readAll(caller)).isEqualTo("answered");
        }
    }

    @Test
    void passesLargeTransferUnchanged() throws Exception {
        byte[] much = new byte[3_000_000];
        for (int i = 0; i < much.length; i++) much[i] = (byte) (i * 31 / 7);
        try (var caller = call(HEAD);
                var inside = node.accept();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(read(caller, ADMITTED.length())).isEqualTo(ADMITTED);
            var writing =
                    threads.submit(
                            () -> {
                                inside.getOutputStream().write(much);
                                inside.shutdownOutput();
                                return null;
                            });
            assertThat(readAll(caller).getBytes(ISO_8859_1)).isEqualTo(much);
            writing.get();
        }
    }

    @Test
    void rejectsUnknownTargets() throws Exception {
        int port = node.getLocalPort();
        for (String address : new String[] {"two:10250", "one:22", "127.0.0.1:" + port, "one"})
            assertThat(answer("CONNECT " + address + " HTTP/1.1\r\n\r\n"))
                    .as(address)
                    .startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "CONNECT one:10250\r\n\r\n",
                "CONNECT one:10250 HTTP/1.1\r\n\r\ntoo early",
                "\r\n\r\n",
                "\u0016\u0003\u0001\u0002",
                ""
            })
    void rejectsInvalidRequests(String text) throws Exception {
        try (var caller = call(text)) {
            caller.shutdownOutput();
            assertThat(readAll(caller)).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aHeadWithoutAnEndIsRefused() throws Exception {
        assertThat(answer("CONNECT one:10250 HTTP/1.1\r\n" + "x".repeat(4096 - 28)))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aNodeThatDoesNotListenIsNotReached() throws Exception {
        node.close();
        assertThat(answer(HEAD)).startsWith("HTTP/1.1 502 ");
    }

    @Test
    void disconnectsSilentCaller() throws Exception {
        Path file = folder.resolve("hasty");
        try (var hasty = ConnectProxy.open(file, Duration.ofMillis(50));
                var caller = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            hasty.lead("one:10250", (InetSocketAddress) node.getLocalSocketAddress());
            write(caller, "CONNECT ");
            assertThat(readAll(caller)).isEmpty();
        }
    }

    @Test
    void closeEndsOpenConnections() throws Exception {
        try (var caller = call(HEAD);
                var inside = node.accept()) {
            assertThat(read(caller, ADMITTED.length())).isEqualTo(ADMITTED);
            way.close();
            assertThat(readAll(caller)).isEmpty();
            assertThat(inside.getInputStream().read()).isEqualTo(-1);
        }
    }

    private String answer(String head) throws IOException {
        try (var caller = call(head)) {
            return readAll(caller);
        }
    }

    private SocketChannel call(String head) throws IOException {
        var caller = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("way")));
        write(caller, head);
        return caller;
    }

    private static void write(SocketChannel to, String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) to.write(bytes);
    }

    private static String readAll(SocketChannel from) throws IOException {
        return read(from, Integer.MAX_VALUE);
    }

    private static String read(SocketChannel from, int max) throws IOException {
        var text = new StringBuilder();
        while (text.length() < max) {
            var buffer = ByteBuffer.allocate(Math.min(max - text.length(), 1 << 14));
            if (from.read(buffer) < 0) break;
            text.append(new String(buffer.array(), 0, buffer.position(), ISO_8859_1));
        }
        return text.toString();
    }
}
