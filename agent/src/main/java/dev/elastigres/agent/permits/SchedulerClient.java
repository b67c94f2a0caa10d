package dev.elastigres.agent.permits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.ConnectFailures;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.scheduler.SchedulerCodec;
import dev.elastigres.protocol.scheduler.SchedulerFormatException;
import dev.elastigres.protocol.scheduler.SchedulerRequest;
import dev.elastigres.protocol.scheduler.SchedulerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Requests permits from a scheduler, each with one HTTP request. The answer is passed on
/// unchanged: the core accepts no more than was requested and no less than the VM has.
public final class SchedulerClient implements PermitSource {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    /// Maximum number of characters quoted from a scheduler's message.
    private static final int QUOTED = 200;

    private final HostPort scheduler;
    private final HttpRequest.Builder toIt;
    private final String namespace;
    private final Duration timeout;
    private final HttpClient http;

    /// The VMs that this scheduler has answered for: what others were permitted it did not say.
    private final Set<String> permitted = ConcurrentHashMap.newKeySet();

    /// @param namespace of the VMs' pods
    /// @param timeout for the whole response
    /// @throws IllegalArgumentException if the host is not valid in a URI
    public SchedulerClient(HostPort scheduler, String namespace, Duration timeout) {
        this.scheduler = scheduler;
        this.namespace = namespace;
        this.timeout = timeout;
        toIt =
                HttpRequest.newBuilder(URI.create("http://" + scheduler + "/"))
                        .header("Content-Type", "application/json");
        http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(timeout)
                        .build();
    }

    /// Does nothing: the scheduler learns of a VM from its first request.
    @Override
    public void join(String vm, Resources current) {}

    /// Removes local state only: the scheduler itself detects that the VM's pod is gone.
    @Override
    public void leave(String vm) {
        permitted.remove(vm);
    }

    @Override
    public Permit ask(PermitRequest ask) throws PermitException, InterruptedException {
        HttpResponse<byte[]> response = send(SchedulerCodec.encode(request(ask)));
        String body = new String(response.body(), UTF_8);
        if (response.statusCode() == BAD_REQUEST)
            throw new PermitException(
                    who() + " refuses the request, which is v5.0 of the protocol" + quoted(body));
        if (response.statusCode() != OK)
            throw new PermitException(
                    who() + " answers with status " + response.statusCode() + quoted(body));
        SchedulerResponse answer = read(body);
        permitted.add(ask.vm());
        return new Permit(
                answer.permit(),
                answer.moves(),
                answer.permit().covers(ask.wanted())
                        ? Optional.empty()
                        : Optional.of(who() + " permits no more for now"));
    }

    private SchedulerRequest request(PermitRequest ask) {
        return new SchedulerRequest(
                namespace,
                ask.vm(),
                ask.unit(),
                ask.wanted(),
                Optional.of(ask.permit()).filter(_ -> permitted.contains(ask.vm())),
                ask.load1().map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                ask.urgent());
    }

    /// Sends a request with a timeout for the whole response. `HttpClient#send` would bound only
    /// the wait for its head.
    private HttpResponse<byte[]> send(String text) throws PermitException, InterruptedException {
        HttpRequest request = toIt.copy().POST(BodyPublishers.ofString(text)).build();
        var bounded =
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), SchedulerCodec.MAX_CHARACTERS);
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request, bounded);
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new PermitException(
                    who() + " did not answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failure) throw unreachable(failure);
            throw new IllegalStateException("asking " + who() + " failed", cause);
        } finally {
            // Closes the connection if the response is incomplete.
            answer.cancel(true);
        }
    }

    private PermitException unreachable(IOException failure) {
        return new PermitException("cannot ask " + who() + ": " + ConnectFailures.reason(failure));
    }

    private SchedulerResponse read(String body) throws PermitException {
        try {
            return SchedulerCodec.decodeAnswer(body);
        } catch (SchedulerFormatException e) {
            throw new PermitException(who() + " sent an invalid permit: " + e.getMessage());
        }
    }

    private String who() {
        return "the scheduler at " + scheduler;
    }

    private static String quoted(String body) {
        String line = body.strip().lines().findFirst().orElse("");
        if (line.isEmpty()) return "";
        return ": " + line.substring(0, Math.min(line.length(), QUOTED));
    }

    /// Aborts all requests in progress.
    @Override
    public void close() {
        http.shutdownNow();
    }
}
