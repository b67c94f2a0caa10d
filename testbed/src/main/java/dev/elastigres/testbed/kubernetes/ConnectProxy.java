package dev.elastigres.testbed.kubernetes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The way of an API server to nodes whose addresses mean nothing to it: takes HTTP's CONNECT on a
/// socket file, for the addresses that it was told and no others. Whoever may open the file may
/// come.
final class ConnectProxy implements AutoCloseable {
    /// What is under way at a time; others wait before the door.
    private static final int MAX = 128;

    private static final int LARGEST_HEAD = 4096;
    private static final int PART = 1 << 14;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Pattern CONNECT = Pattern.compile("CONNECT (\\S+) HTTP/1\\.1\r\n");

    private final ServerSocketChannel door;
    private final Duration timeout;
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(MAX);

    /// Interrupting them closes what they read and write.
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ConnectProxy(ServerSocketChannel door, Duration timeout) {
        this.door = door;
        this.timeout = timeout;
    }

    /// @param file to be made; its path has to be short
    /// @param timeout how long somebody may take to say where to
    static ConnectProxy open(Path file, Duration timeout) throws IOException {
        var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            door.bind(UnixDomainSocketAddress.of(file));
        } catch (IOException e) {
            door.close();
            throw e;
        }
        var way = new ConnectProxy(door, timeout);
        way.threads.execute(way::takeAll);
        return way;
    }

    /// From now on `address`, such as `node-1:10250`, is that port of the loopback address.
    void lead(String address, int port) {
        ports.put(address, port);
    }

    private void takeAll() {
        try {
            while (door.isOpen()) {
                room.acquire();
                take();
            }
        } catch (InterruptedException _) {
            // Nobody interrupts it but to end it.
        }
    }

    private void take() throws InterruptedException {
        try {
            SocketChannel caller = door.accept();
            threads.execute(() -> serve(caller));
        } catch (IOException _) {
            // Closed, or out of files for now.
            room.release();
            Thread.sleep(PAUSE);
        }
    }

    private void serve(SocketChannel caller) {
        try (caller;
                var node = SocketChannel.open()) {
            if (!isAdmitted(caller, node)) return;
            var back = threads.submit(() -> pass(node, caller));
            pass(caller, node);
            back.get();
        } catch (IOException | ExecutionException _) {
            // One of the two has gone; the other sees its own end.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            room.release();
        }
    }

    /// Hears where to and connects `node`, or says why not.
    private boolean isAdmitted(SocketChannel caller, SocketChannel node) throws IOException {
        var late = threads.submit(() -> closeWhenLate(caller));
        try {
            Matcher head = CONNECT.matcher(head(caller));
            if (!head.lookingAt()) return answered(caller, "400 Bad Request", false);
            Integer port = ports.get(head.group(1));
            if (port == null) return answered(caller, "403 Unknown Address", false);
            try {
                node.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException _) {
                return answered(caller, "502 Not Reached", false);
            }
            return answered(caller, "200 OK", true);
        } finally {
            late.cancel(true);
        }
    }

    private Void closeWhenLate(SocketChannel caller) throws IOException, InterruptedException {
        Thread.sleep(timeout);
        caller.close();
        return null;
    }

    /// Empty when it has no end, or more behind that: nobody speaks on before the answer.
    private static String head(SocketChannel caller) throws IOException {
        var buffer = ByteBuffer.allocate(LARGEST_HEAD);
        while (buffer.hasRemaining() && caller.read(buffer) >= 0) {
            String text = new String(buffer.array(), 0, buffer.position(), ISO_8859_1);
            if (text.endsWith("\r\n\r\n")) return text;
        }
        return "";
    }

    private static boolean answered(SocketChannel caller, String status, boolean admitted)
            throws IOException {
        String text = "HTTP/1.1 " + status + "\r\n\r\n";
        write(caller, ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        return admitted;
    }

    private static Void pass(SocketChannel from, SocketChannel to) throws IOException {
        try {
            var buffer = ByteBuffer.allocate(PART);
            while (from.read(buffer) >= 0) {
                write(to, buffer.flip());
                buffer.clear();
            }
            to.shutdownOutput();
            return null;
        } catch (IOException e) {
            from.close();
            to.close();
            throw e;
        }
    }

    private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) to.write(bytes);
    }

    /// Ends it, and all that is under way.
    @Override
    public void close() throws IOException {
        door.close();
        threads.shutdownNow();
        threads.close();
    }
}
