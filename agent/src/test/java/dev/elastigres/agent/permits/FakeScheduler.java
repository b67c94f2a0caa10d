package dev.elastigres.agent.permits;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.scheduler.SchedulerCodec;
import dev.elastigres.protocol.scheduler.SchedulerFormatException;
import dev.elastigres.protocol.scheduler.SchedulerRequest;
import dev.elastigres.protocol.scheduler.SchedulerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A scheduler on this host that permits each VM up to a size.
final class FakeScheduler implements AutoCloseable {
    final List<SchedulerRequest> requests = new CopyOnWriteArrayList<>();
    volatile Resources room;
    volatile boolean moves;

    private final HttpServer http;

    /// @param port 0 for a free one
    FakeScheduler(int port, Resources room) throws IOException {
        this.room = room;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        http.createContext("/", this::answer);
        http.start();
    }

    HostPort address() {
        return HostPort.of(http.getAddress());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (!exchange.getRequestMethod().equals("POST")
                    || !exchange.getRequestURI().getPath().equals("/")) {
                reply(exchange, 404, "no such page");
                return;
            }
            try {
                SchedulerRequest request = SchedulerCodec.decodeRequest(body);
                requests.add(request);
                var answer = new SchedulerResponse(request.wanted().min(room), moves);
                reply(exchange, 200, SchedulerCodec.encode(answer));
            } catch (SchedulerFormatException e) {
                reply(exchange, 400, CauseChain.chain(e));
            }
        }
    }

    static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
