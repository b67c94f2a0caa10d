package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.harness.JavaCommand;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `elastigres agent` in its own process, for the VMs of a lab. Closing it sends SIGTERM.
final class AgentDaemon implements AutoCloseable {
    private static final String PAGES = "pages on ";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final Path events;
    private final String address;

    private AgentDaemon(Process process, Path events, String address) {
        this.process = process;
        this.events = events;
        this.address = address;
    }

    /// A size change, as the file of scaling events has it.
    record SizeEvent(Resources from, Resources to) {
        boolean isGrowth() {
            return !from.covers(to);
        }
    }

    /// @param folder for its file of scaling events
    /// @param flags flags besides the address and the file
    static AgentDaemon start(GoldenSnapshot golden, Path folder, List<String> flags)
            throws IOException {
        Path events = folder.resolve("events");
        var command =
                new ArrayList<>(
                        JavaCommand.command(
                                List.of("-Xmx128m"),
                                "dev.elastigres.agent",
                                "dev.elastigres.agent.Main"));
        command.addAll(List.of("--addr", "127.0.0.1:0", "--events", events.toString()));
        command.addAll(flags);
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("XDG_STATE_HOME", golden.root().toString());
        Process process = builder.start();
        OrphanReaper.watch(process.toHandle(), "TERM");
        String line = process.inputReader().readLine();
        assertThat(line).as("the agent's first line").startsWith(PAGES);
        return new AgentDaemon(process, events, line.substring(PAGES.length()));
    }

    /// Returns the size changes so far. The first line of each VM, which has no change, is left
    // out.
    List<SizeEvent> events() throws IOException {
        var all = new ArrayList<SizeEvent>();
        for (String line : Files.readAllLines(events)) {
            Json.Obj event = parse(line);
            var change = new SizeEvent(size(event, "from"), size(event, "to"));
            if (!change.from.equals(change.to)) all.add(change);
        }
        return all;
    }

    private static Resources size(Json.Obj event, String which) {
        return new Resources(
                Double.parseDouble(number(event, which + "_cpus")),
                Bytes.of(Long.parseLong(number(event, which + "_memory_bytes"))));
    }

    /// Returns how often the only VM made a transition.
    ///
    /// @param transition its name in `/status`
    long count(String transition) throws IOException, InterruptedException {
        if (page("/status").get("vms").orElseThrow() instanceof Json.Arr vms
                && vms.items().getFirst() instanceof Json.Obj vm
                && vm.get("transitions").orElseThrow() instanceof Json.Obj counts)
            return counts.get(transition).isEmpty()
                    ? 0
                    : Long.parseLong(number(counts, transition));
        throw new IOException("/status has no VM");
    }

    private Json.Obj page(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
        return parse(client.send(request, BodyHandlers.ofString()).body());
    }

    private static Json.Obj parse(String text) throws IOException {
        try {
            if (Json.parse(text) instanceof Json.Obj object) return object;
        } catch (JsonException e) {
            throw new IOException(text, e);
        }
        throw new IOException("not a JSON object: " + text);
    }

    private static String number(Json.Obj from, String key) {
        if (from.get(key).orElseThrow() instanceof Json.Num(String text)) return text;
        throw new IllegalStateException(key);
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        process.onExit().join();
    }
}
