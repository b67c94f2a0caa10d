package dev.elastigres.bench;

import dev.elastigres.bench.RequestLog.LoggedRequest;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.JavaCommand;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A running [FakeMonitorsProgram]. Not thread-safe.
final class FakeMonitorsProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final Process process;
    private final List<HostPort> endpoints;
    private final Queue<LoggedRequest> requests;
    private final BufferedWriter commands;

    private FakeMonitorsProcess(
            Process process, List<HostPort> endpoints, Queue<LoggedRequest> requests) {
        this.process = process;
        this.endpoints = endpoints;
        this.requests = requests;
        commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /// Starts the process and waits until all monitors accept connections.
    static FakeMonitorsProcess start(int vms) throws HarnessException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        JavaCommand.command(
                                List.of(
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:-UsePerfData",
                                        "-Xmx2g"),
                                "dev.elastigres.bench",
                                FakeMonitorsProgram.class.getName()));
        command.add(Integer.toString(vms));
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
        } catch (IOException e) {
            throw new HarnessException("cannot run the monitors", e);
        }
        var greeting = new ArrayBlockingQueue<String>(1);
        Queue<LoggedRequest> requests = new ConcurrentLinkedQueue<>();
        // A blocking read of a pipe pins the carrier of a virtual thread, and carriers are few.
        Thread.ofPlatform()
                .name("peers-output")
                .daemon()
                .start(() -> read(process, greeting, requests));
        try {
            List<Integer> ports = ports(greeting);
            return new FakeMonitorsProcess(
                    process,
                    IntStream.range(0, vms)
                            .mapToObj(it -> FakeMonitorsProgram.endpoint(it, ports))
                            .toList(),
                    requests);
        } catch (HarnessException | InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static List<Integer> ports(BlockingQueue<String> greeting)
            throws HarnessException, InterruptedException {
        String line = greeting.poll(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null || !line.startsWith("ready "))
            throw new HarnessException(
                    "the monitors do not start: " + (line == null ? "no output" : line));
        return Stream.of(line.split(" ", -1)).skip(1).map(Integer::valueOf).toList();
    }

    private static void read(
            Process process, BlockingQueue<String> greeting, Queue<LoggedRequest> requests) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String first = output.readLine();
            greeting.add(first == null ? "they ended" : first);
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] words = line.split(" ", -1);
                requests.add(
                        new LoggedRequest(
                                InMemoryDriver.vm(Integer.parseInt(words[1])),
                                Long.parseLong(words[2])));
            }
        } catch (IOException _) {
            // The process is being stopped.
        }
    }

    /// Returns the endpoints of the VMs' monitors and metrics.
    List<HostPort> endpoints() {
        return endpoints;
    }

    /// Makes the monitor of VM `index` request more. The time of the request is reported later.
    void askForMore(int index) throws HarnessException {
        try {
            commands.write("ask " + index + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new HarnessException("the monitors have ended", e);
        }
    }

    /// Returns the requests that were reported so far.
    List<LoggedRequest> requests() {
        return List.copyOf(requests);
    }

    /// Returns the CPU time of the process.
    Duration cpu() throws HarnessException {
        return ProcessStat.cpuOf(process.pid());
    }

    @Override
    public void close() {
        try {
            // The process ends at the end of its input.
            commands.close();
            if (process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) return;
        } catch (IOException _) {
            // The process has ended, or is killed below.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
