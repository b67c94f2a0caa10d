package dev.elastigres.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PostgresServerTest {

    @Test
    void startsStopsAndLeavesNothingBehind() throws Exception {
        Path data;
        long pid;
        try (var server = PostgresServer.start(embedded())) {
            data = server.dataDirectory();
            pid = server.pid();
            assertThat(answer(server)).isEqualTo('N');
            try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                assertThat(
                                socket.connect(
                                        UnixDomainSocketAddress.of(
                                                server.socketFolder()
                                                        .resolve(".s.PGSQL." + server.port()))))
                        .isTrue();
            }

            server.stop();
            assertThat(server.isRunning()).isFalse();
            assertThatThrownBy(() -> answer(server)).isInstanceOf(IOException.class);

            server.start();
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(answer(server)).isEqualTo('N');
            pid = server.pid();
        }
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(data.getParent()).doesNotExist();
    }

    @Test
    void startsAgainAfterBeingKilled() throws Exception {
        try (var server = PostgresServer.start(embedded())) {
            server.kill();
            assertThat(server.isRunning()).isFalse();
            server.start();
            assertThat(answer(server)).isEqualTo('N');
        }
    }

    @Test
    void takesConnectionsButDoesNotAnswerWhileFrozen() throws Exception {
        try (var server = PostgresServer.start(embedded())) {
            server.freeze();
            assertThatThrownBy(() -> answer(server, 500))
                    .isInstanceOf(SocketTimeoutException.class);
            server.thaw();
            assertThat(answer(server)).isEqualTo('N');
        }
    }

    @Test
    void explainsFailedStart() throws Exception {
        assertThatThrownBy(
                        () ->
                                PostgresServer.start(
                                        embedded().withSetting("shared_buffers", "much")))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("Postgres ended while starting (embedded ")
                .hasMessageContaining("shared_buffers");
    }

    @Test
    void unpacksTheProgramsOnce() throws Exception {
        PostgresPrograms first = PostgresPrograms.embedded();
        var modified = Files.getLastModifiedTime(first.bin().resolve("postgres"));
        assertThat(PostgresPrograms.embedded()).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first.bin().resolve("postgres"))).isEqualTo(modified);
    }

    @Test
    void printsNoPassword() throws Exception {
        assertThat(embedded().withPassword("wonderful").toString())
                .contains("password=***")
                .doesNotContain("wonderful");
    }

    private static PostgresServerOptions embedded() throws TestbedException {
        return PostgresServerOptions.of(PostgresPrograms.embedded());
    }

    /// Returns the byte with which Postgres answers a request for TLS.
    private static char answer(PostgresServer server) throws IOException {
        return answer(server, 30_000);
    }

    private static char answer(PostgresServer server, int timeoutMillis) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), timeoutMillis);
            socket.setSoTimeout(timeoutMillis);
            socket.getOutputStream().write(new byte[] {0, 0, 0, 8, 4, (byte) 210, 22, 47});
            return (char) socket.getInputStream().read();
        }
    }
}
