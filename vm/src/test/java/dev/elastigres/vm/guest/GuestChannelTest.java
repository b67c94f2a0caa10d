package dev.elastigres.vm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.vm.socket.LineSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestChannelTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir Path folder;

    /// The guest's side of the port, which answers each message as the test specifies.
    private interface FakeGuestAgent {
        List<GuestMessage> answer(GuestMessage message);
    }

    private ServerSocketChannel serve(FakeGuestAgent agent, String... before) throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(folder.resolve("port")));
        Thread.startVirtualThread(() -> serve(server, agent, before));
        return server;
    }

    private static void serve(ServerSocketChannel server, FakeGuestAgent agent, String... before) {
        try (var socket = new LineSocket(server.accept(), 1 << 20)) {
            for (String line : before) socket.writeLine(line);
            Optional<String> line = socket.readLine();
            while (line.isPresent()) {
                Optional<GuestMessage> message = GuestMessage.parse(line.get());
                if (message.isPresent()) {
                    for (var answer : agent.answer(message.get())) socket.writeLine(answer.line());
                }
                line = socket.readLine();
            }
        } catch (IOException _) {
            // The test has ended.
        }
    }

    private GuestChannel connect(AtomicInteger released) throws Exception {
        return GuestChannel.connect(folder.resolve("port"), released::incrementAndGet, LONG);
    }

    private static List<GuestMessage> greet(GuestMessage message) {
        return message.verb().equals("hello")
                ? List.of(new GuestMessage(message.id(), "hello", message.words()))
                : List.of();
    }

    @Test
    void aCommandWithBothOutputsAndItsCode() throws Exception {
        FakeGuestAgent agent =
                message ->
                        message.verb().equals("exec")
                                ? List.of(
                                        GuestMessage.of(message.id(), "more"),
                                        GuestMessage.of(message.id(), "out", "héllo\n"),
                                        GuestMessage.of(message.id(), "err", "oops\n"),
                                        GuestMessage.of(message.id(), "exit", "3"))
                                : greet(message);
        var released = new AtomicInteger();
        try (var _ = serve(agent);
                var channel = connect(released)) {
            var result = channel.run(LONG, List.of("anything"));
            assertThat(result)
                    .isEqualTo(
                            new GuestChannel.GuestCommandResult(
                                    new GuestChannel.CommandEnd.Exited(3), "héllo\n", "oops\n"));
        }
        assertThat(released).as("the port is given back").hasPositiveValue();
    }

    @Test
    void sendsInputOnlyOnRequestOfTheGuest() throws Exception {
        var taken = new ByteArrayOutputStream();
        FakeGuestAgent agent =
                message ->
                        switch (message.verb()) {
                            case "exec" -> List.of(GuestMessage.of(message.id(), "more"));
                            case "in" -> {
                                taken.writeBytes(message.data());
                                yield List.of(GuestMessage.of(message.id(), "more"));
                            }
                            case "eof" -> List.of(GuestMessage.of(message.id(), "exit", "0"));
                            default -> greet(message);
                        };
        byte[] input = "0123456789".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        try (var _ = serve(agent);
                var channel = connect(new AtomicInteger())) {
            var end =
                    channel.run(
                            LONG,
                            List.of("cat"),
                            new ByteArrayInputStream(input),
                            new ByteArrayOutputStream(),
                            new ByteArrayOutputStream());
            assertThat(end.exitCode()).isZero();
            assertThat(taken.toByteArray()).isEqualTo(input);
        }
    }

    @Test
    void ignoresOutputOfEarlierSession() throws Exception {
        FakeGuestAgent agent =
                message ->
                        message.verb().equals("read")
                                ? List.of(
                                        GuestMessage.of(message.id(), "out", "mine"),
                                        GuestMessage.of(message.id(), "exit", "0"))
                                : greet(message);
        String[] stale = {"2 out dGhlaXJz", "2 exit MA==", "\0\0garbage", "1 hello b3RoZXI="};
        try (var _ = serve(agent, stale);
                var channel = connect(new AtomicInteger())) {
            assertThat(channel.readText("/proc/version", LONG)).isEqualTo("mine");
        }
    }

    @Test
    void reportsSignalAsShellExitCode() throws Exception {
        FakeGuestAgent agent =
                message ->
                        message.verb().equals("exec")
                                ? List.of(GuestMessage.of(message.id(), "signal", "9"))
                                : greet(message);
        try (var _ = serve(agent);
                var channel = connect(new AtomicInteger())) {
            assertThat(channel.run(LONG, List.of("x")).exitCode()).isEqualTo(137);
        }
    }

    @Test
    void refusalCarriesMessageOfTheGuest() throws Exception {
        FakeGuestAgent agent =
                message ->
                        message.verb().equals("read")
                                ? List.of(
                                        GuestMessage.of(message.id(), "error", "/x: No such file"))
                                : greet(message);
        try (var _ = serve(agent);
                var channel = connect(new AtomicInteger())) {
            assertThatThrownBy(() -> channel.read("/x", LONG))
                    .isInstanceOf(GuestException.Refused.class)
                    .hasMessage("/x: No such file");
        }
    }

    @Test
    void aGuestThatDoesNotAnswer() throws Exception {
        var released = new AtomicInteger();
        try (var _ = serve(_ -> List.of())) {
            assertThatThrownBy(
                            () ->
                                    GuestChannel.connect(
                                            folder.resolve("port"),
                                            released::incrementAndGet,
                                            SHORT))
                    .isInstanceOf(GuestException.Silent.class)
                    .hasMessage("the guest does not answer");
        }
        assertThat(released).hasPositiveValue();
    }

    @Test
    void aCommandThatTakesTooLongIsKilled() throws Exception {
        var seen = new ArrayList<String>();
        FakeGuestAgent agent =
                message -> {
                    synchronized (seen) {
                        seen.add(message.verb());
                    }
                    return greet(message);
                };
        try (var _ = serve(agent);
                var channel = connect(new AtomicInteger())) {
            assertThatThrownBy(() -> channel.run(SHORT, List.of("sleep")))
                    .isInstanceOf(GuestException.Silent.class);
            // The answer to a second greeting follows everything that was sent before it.
            assertThatThrownBy(() -> channel.run(SHORT, List.of("sleep")))
                    .isInstanceOf(GuestException.Silent.class);
        }
        synchronized (seen) {
            assertThat(seen).containsSubsequence("hello", "exec", "kill", "exec");
        }
    }

    @Test
    void vanishedVmEndsTheCommand() throws Exception {
        FakeGuestAgent agent =
                message -> {
                    if (message.verb().equals("exec"))
                        throw new IllegalStateException("the power fails");
                    return greet(message);
                };
        try (var _ = serve(agent);
                var channel = connect(new AtomicInteger())) {
            assertThatThrownBy(
                            () ->
                                    channel.run(
                                            LONG,
                                            List.of("x"),
                                            InputStream.nullInputStream(),
                                            new ByteArrayOutputStream(),
                                            new ByteArrayOutputStream()))
                    .isInstanceOf(GuestException.Silent.class);
        }
    }
}
