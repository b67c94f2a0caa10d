package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs [PermitsBench] and prints its rows.
@Command(
        name = "permits",
        description = {
            "Time grants and denials of the scheduler, with 10 VMs on each node: of the ledger by itself,"
                    + " and of the endpoint over HTTP on loopback, with one connection for each request.",
            "",
            "Nothing is stored in a cluster: a grant of a real scheduler takes one write to the API server"
                    + " in addition, and a denial none.",
            ""
        },
        footer = {"elastigres bench permits", "elastigres bench permits --nodes 1000 --json"})
final class PermitsBenchCommand extends BenchTask {
    private static final int MAX_NODES = 50_000;
    private static final int MAX_REQUESTS = 1_000_000;
    private static final int MAX_CLIENTS = 256;

    @Option(
            names = "--nodes",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "1000,10000",
            description = "Numbers of nodes (${DEFAULT-VALUE}).")
    private int[] nodes = {};

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "4000",
            description =
                    "Requests over HTTP for each row; the ledger gets 25 times as many"
                            + " (${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "8",
            description = "Clients that send at the same time (${DEFAULT-VALUE}).")
    private int clients;

    @Override
    protected void run(StopRequest stop) throws HarnessException, InterruptedException {
        List<Integer> counts = Arrays.stream(nodes).boxed().toList();
        if (counts.isEmpty() || counts.stream().anyMatch(it -> it < 1 || it > MAX_NODES))
            throw usage("--nodes must be numbers from 1 to " + MAX_NODES);
        if (requests < 1 || requests > MAX_REQUESTS)
            throw usage("--requests must be 1 to " + MAX_REQUESTS);
        if (clients < 1 || clients > MAX_CLIENTS)
            throw usage("--clients must be 1 to " + MAX_CLIENTS);
        for (int count : counts)
            new PermitsBench(count, requests, clients, this::print, stop).run();
    }
}
