package dev.elastigres.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scheduler.AllocatableNode;
import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.LedgerAnswer;
import dev.elastigres.core.scheduler.LedgerRequest;
import dev.elastigres.core.scheduler.LedgerRules;
import dev.elastigres.core.scheduler.OvercommitFactors;
import dev.elastigres.core.scheduler.PermitLedger;
import dev.elastigres.core.scheduler.PodBooking;
import dev.elastigres.core.scheduler.PodIdentity;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.protocol.scheduler.SchedulerCodec;
import dev.elastigres.protocol.scheduler.SchedulerRequest;
import dev.elastigres.scheduler.EndpointGuards;
import dev.elastigres.scheduler.LedgerBusyException;
import dev.elastigres.scheduler.PermitEndpoint;
import dev.elastigres.scheduler.PermitStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Measures permits of a cluster with 10 VMs on each node. For grants, each node has room for all
/// growth of its VMs; for denials it has none.
final class PermitsBench {
    private static final int VMS_PER_NODE = 10;
    private static final int LEDGER_FACTOR = 25;
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    private static final LedgerRules RULES = new LedgerRules(Duration.ZERO, Duration.ofSeconds(20));

    private final int nodes;
    private final int requests;
    private final int clients;
    private final Consumer<PermitsBenchRow> results;
    private final StopRequest stop;

    /// @param requests requests over HTTP for each row
    /// @param results receives each row when it is complete
    /// @param stop checked before each request
    PermitsBench(
            int nodes,
            int requests,
            int clients,
            Consumer<PermitsBenchRow> results,
            StopRequest stop) {
        this.nodes = nodes;
        this.requests = requests;
        this.clients = clients;
        this.results = results;
        this.stop = stop;
    }

    void run() throws HarnessException, InterruptedException {
        for (boolean grants : new boolean[] {true, false}) {
            measureLedger(grants);
            measureEndpoint(grants);
        }
    }

    // ---- the cluster

    private List<AllocatableNode> allNodes(boolean grants) {
        var all = new ArrayList<AllocatableNode>();
        for (int i = 0; i < nodes; i++)
            all.add(
                    new AllocatableNode(
                            "node-" + i, UNIT.times(VMS_PER_NODE * (grants ? 2 : 1)), true));
        return all;
    }

    private List<PodBooking> allPods() {
        var all = new ArrayList<PodBooking>();
        for (int i = 0; i < nodes * VMS_PER_NODE; i++)
            all.add(
                    new PodBooking(
                            new PodIdentity("bench", "vm-" + i, "uid-" + i),
                            "node-" + i % nodes,
                            UNIT.times(1),
                            OvercommitFactors.NONE,
                            BookingKind.SCALED_VM));
        return all;
    }

    /// Returns the VM of request `i`. The step is prime, so that neighbours are on different nodes.
    private String vm(long i) {
        return "vm-" + i * 7_919 % ((long) nodes * VMS_PER_NODE);
    }

    // ---- the ledger

    private void measureLedger(boolean grants) throws HarnessException, InterruptedException {
        var ledger = new PermitLedger(RULES);
        ledger.rebuild(allNodes(grants), allPods(), MonotonicClock.now());
        int count = requests * LEDGER_FACTOR;
        // The first requests compile the code.
        for (int i = 0; i < count; i++) ask(ledger, i, grants);
        var samples = new LatencySamples(count);
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            stop.check();
            samples.add(ask(ledger, i, grants));
        }
        report(grants, "ledger", samples, System.nanoTime() - begin);
    }

    /// Returns how long the request took. What was granted is given back.
    private long ask(PermitLedger ledger, int i, boolean grants) throws HarnessException {
        LedgerRequest more = request(vm(i), UNIT.times(2));
        long before = System.nanoTime();
        LedgerAnswer answer = ledger.ask(more, new Moment(before));
        long took = System.nanoTime() - before;
        if (answer instanceof LedgerAnswer.Granted != grants)
            throw new HarnessException("an answer of another kind: " + answer);
        if (grants) ledger.ask(request(vm(i), UNIT.times(1)), new Moment(before));
        return took;
    }

    private static LedgerRequest request(String vm, Resources wanted) {
        return new LedgerRequest("bench", vm, UNIT, wanted, Optional.of(UNIT.times(1)), false);
    }

    // ---- the endpoint

    private void measureEndpoint(boolean grants) throws HarnessException, InterruptedException {
        try (var endpoint =
                PermitEndpoint.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        EndpointGuards.open((_, _) -> {}),
                        RULES,
                        PermitStore.NONE,
                        _ -> {},
                        Log.toStderr(LogFormat.TEXT, LogLevel.WARN, Map.of()))) {
            endpoint.ledger().rebuild(allNodes(grants), allPods());
            send(endpoint, grants, requests / 4 + 1);
            long begin = System.nanoTime();
            LatencySamples samples = send(endpoint, grants, requests);
            report(grants, "endpoint", samples, System.nanoTime() - begin);
        } catch (ListenException | LedgerBusyException e) {
            throw new HarnessException("the endpoint cannot be measured", e);
        }
    }

    private LatencySamples send(PermitEndpoint endpoint, boolean grants, int count)
            throws HarnessException, InterruptedException {
        var all = new LatencySamples(count);
        try (var executor = Executors.newFixedThreadPool(clients)) {
            var parts = new ArrayList<Future<List<Long>>>();
            for (int client = 0; client < clients; client++) {
                int mine = client;
                parts.add(
                        executor.submit(
                                () -> {
                                    var taken = new ArrayList<Long>();
                                    for (int i = mine; i < count; i += clients)
                                        taken.add(exchange(endpoint, i, grants));
                                    return taken;
                                }));
            }
            for (Future<List<Long>> part : parts) part.get().forEach(all::add);
        } catch (ExecutionException e) {
            throw new HarnessException("a request failed", e);
        }
        return all;
    }

    private long exchange(PermitEndpoint endpoint, int i, boolean grants)
            throws IOException, HarnessException {
        long before = System.nanoTime();
        String answer = post(endpoint, vm(i), 2);
        long took = System.nanoTime() - before;
        boolean granted = answer.contains("{\"vCPUs\":\"500m\"");
        if (!answer.startsWith("HTTP/1.1 200") || granted != grants)
            throw new HarnessException("an answer of another kind: " + answer);
        if (grants) post(endpoint, vm(i), 1);
        return took;
    }

    private static String post(PermitEndpoint endpoint, String vm, int units) throws IOException {
        String body =
                SchedulerCodec.encode(
                        new SchedulerRequest(
                                "bench",
                                vm,
                                UNIT,
                                UNIT.times(units),
                                Optional.of(UNIT.times(1)),
                                OptionalDouble.empty()));
        String head =
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n";
        byte[] bytes = (head + body).getBytes(US_ASCII);
        try (var socket =
                new Socket(endpoint.address().getAddress(), endpoint.address().getPort())) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(bytes);
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private void report(boolean grants, String of, LatencySamples samples, long nanos) {
        results.accept(
                new PermitsBenchRow(
                        grants ? "grant" : "denial",
                        of,
                        nodes,
                        samples,
                        samples.size() * 1e9 / nanos));
    }
}
