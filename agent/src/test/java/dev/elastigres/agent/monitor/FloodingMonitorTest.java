package dev.elastigres.agent.monitor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.settings.HostPort;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Monitors that send without a pause. Guests are not trusted.
class FloodingMonitorTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int TEXT = 0x1;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "129 | {\"type\":\"UpscaleRequest\",\"id\":3}",
                "130 | binary",
                "137 | ping",
                "138 | pong",
                "1 | fragment",
            })
    void isLeft(int firstByte, String payload) throws Exception {
        byte[] frame = frame(firstByte, payload);
        // Only the first fragment of a message has its type.
        byte[] next = firstByte == TEXT ? frame(0, "") : frame;
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = HttpClient.newHttpClient()) {
            Thread.ofPlatform().daemon().start(() -> serve(listener, frame, next));
            var monitor = new HostPort("127.0.0.1", listener.getLocalPort());
            try (var link =
                    MonitorConnection.open(
                            client, MonitorConnection.agentEndpoint(monitor), TIMEOUT)) {
                assertThatThrownBy(
                                () -> {
                                    while (link.receive(TIMEOUT) != null) {
                                        // As fast as possible.
                                    }
                                })
                        .isInstanceOf(MonitorConnectionException.class)
                        .hasMessageContaining("over 200 ");
            }
            client.shutdownNow();
        }
    }

    @Test
    void aRateIsCountedBySeconds() {
        var rate = new FrameRate();
        long second = 1_000_000_000;
        for (long now = -5 * second; now < 5 * second; now += second / 100)
            assertThat(rate.allows(now)).isTrue();
        for (int i = 0; i < 200; i++) rate.allows(10 * second);
        assertThat(rate.allows(10 * second + 1)).isFalse();
    }

    private static void serve(ServerSocket listener, byte[] first, byte[] next) {
        try (var socket = listener.accept()) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            String key = "";
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine())
                if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
                    key = line.substring(line.indexOf(':') + 1).strip();
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                                    + proof(key)
                                    + "\r\n\r\n")
                            .getBytes(ISO_8859_1));
            // Only after the agent has offered its versions.
            assertThat(in.read()).isNotNegative();
            out.write(frame(0x80 | TEXT, "{\"version\":1}"));
            out.write(first);
            while (true) out.write(next);
        } catch (IOException _) {
            // The agent disconnected, as expected.
        }
    }

    private static String proof(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(
                                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                            .getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] frame(int firstByte, String payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(firstByte);
        frame.write(payload.length());
        frame.writeBytes(payload.getBytes(ISO_8859_1));
        return frame.toByteArray();
    }
}
