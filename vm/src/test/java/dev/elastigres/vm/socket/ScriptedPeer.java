package dev.elastigres.vm.socket;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The other end of a Unix socket, which replays a recorded conversation. It sends the lines that
/// begin with `< `, and expects exactly those that begin with `> `.
public final class ScriptedPeer implements AutoCloseable {
    private static final int MAX_LENGTH = 1 << 20;

    private final ServerSocketChannel server;
    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private final Path path;

    private ScriptedPeer(ServerSocketChannel server, Path path) {
        this.server = server;
        this.path = path;
    }

    /// @param stays whether it keeps the connection open after the conversation
    public static ScriptedPeer start(Path folder, List<String> script, boolean stays)
            throws IOException {
        Path path = folder.resolve("peer");
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        var peer = new ScriptedPeer(server, path);
        Thread.startVirtualThread(() -> peer.play(script, stays));
        return peer;
    }

    public Path path() {
        return path;
    }

    /// Returns the first difference from the conversation; empty if there is none.
    public String difference() throws Exception {
        return outcome.get(20, TimeUnit.SECONDS);
    }

    private void play(List<String> script, boolean stays) {
        try (var socket = new LineSocket(server.accept(), MAX_LENGTH)) {
            for (String line : script) {
                if (line.startsWith("< ")) {
                    socket.writeLine(line.substring(2));
                } else {
                    String came = nextLine(socket);
                    if (!came.equals(line.substring(2))) {
                        outcome.complete("expected " + line.substring(2) + " but got " + came);
                        return;
                    }
                }
            }
            outcome.complete("");
            if (stays) socket.readLine();
        } catch (IOException e) {
            outcome.complete(e.toString());
        }
    }

    /// Empty lines separate sessions.
    private static String nextLine(LineSocket socket) throws IOException {
        String line = socket.readLine().orElse("the end");
        while (line.isEmpty()) line = socket.readLine().orElse("the end");
        return line;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
