package dev.elastigres.inspect.top;

import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.host.terminal.FullScreen;
import dev.elastigres.host.terminal.RawTerminal;
import dev.elastigres.host.terminal.Terminal;
import dev.elastigres.host.terminal.TerminalKey;
import dev.elastigres.host.terminal.TerminalSize;
import dev.elastigres.node.AgentClient;
import dev.elastigres.node.AgentQuery;
import dev.elastigres.node.AgentQueryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `elastigres top`: shows the VMs of a running agent until the user quits. Without a terminal it
/// prints them once.
@Command(
        name = "top",
        description = {
            "Watch the VMs of a running agent in the terminal: sizes as bars within the maximum,"
                    + " with a mark at the wanted size, and the state with its reason. VMs that"
                    + " need attention come first.",
            "",
            "Keys: up, down, page up, page down select a VM; / searches by name, Esc ends the"
                    + " search; q quits. Without a terminal, as in a pipe, the VMs are printed once."
        },
        mixinStandardHelpOptions = true,
        footer = {"elastigres top", "elastigres top --once"})
public final class TopCommand extends AgentQuery {
    private static final TerminalSize MIN_TERMINAL = new TerminalSize(8, 20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int MAX_EVENTS = 64;

    @Option(names = "--once", description = "Print the VMs once, also on a terminal.")
    private boolean once;

    public TopCommand() {}

    /// Something that changes the picture.
    private sealed interface TopEvent {
        record KeysPressed(List<TerminalKey> keys) implements TopEvent {}

        record StatusRead(AgentOverview agent) implements TopEvent {}

        record StatusFailed(String why) implements TopEvent {}
    }

    @Override
    protected void run(AgentClient client) throws AgentQueryException, InterruptedException {
        AgentOverview first = AgentOverview.parse(client.status());
        PrintStream out = System.out;
        Optional<Terminal> terminal =
                once || !RawTerminal.isAvailable()
                        ? Optional.empty()
                        : Terminal.find(MIN_TERMINAL, System.getenv(), out.charset());
        if (terminal.isEmpty()) {
            TopFrame.plain(first).forEach(out::println);
            return;
        }
        try (var mode = RawTerminal.unbuffered(TopCommand::report);
                var screen = new FullScreen(out)) {
            // Ctrl-C ends this process without closing these two.
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(screen::close));
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(mode::close));
            watch(client, terminal.get(), screen, first);
        } catch (ExternalProgramException e) {
            throw new AgentQueryException("cannot use this terminal; try --once", e);
        }
    }

    private static void report(String problem) {
        System.err.println("elastigres top: " + problem);
    }

    private static void watch(
            AgentClient client, Terminal terminal, FullScreen screen, AgentOverview first)
            throws InterruptedException {
        var events = new ArrayBlockingQueue<TopEvent>(MAX_EVENTS);
        Thread.ofPlatform().daemon().name("keys").start(() -> readKeys(System.in, events));
        Thread.ofVirtual().name("status").start(() -> readStatus(client, events));
        long start = System.nanoTime();
        AgentOverview agent = first;
        TopSelection selection = TopSelection.INITIAL;
        Optional<String> failure = Optional.empty();
        while (!selection.isClosed()) {
            Duration now = Duration.ofNanos(System.nanoTime() - start);
            var frame = new TopFrame(terminal.text(now), terminal.size(now).rows());
            screen.draw(frame.lines(agent, selection, client.address(), failure));
            // The terminal's size may change without an event.
            @Nullable TopEvent event = events.poll(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            switch (event) {
                case null -> {}
                case TopEvent.KeysPressed(List<TerminalKey> keys) -> {
                    for (TerminalKey each : keys)
                        selection = selection.after(each, agent.vms(), frame.page());
                }
                case TopEvent.StatusRead(AgentOverview read) -> {
                    agent = read;
                    failure = Optional.empty();
                }
                case TopEvent.StatusFailed(String why) -> failure = Optional.of(why);
            }
        }
    }

    private static void readKeys(InputStream input, BlockingQueue<TopEvent> events) {
        var bytes = new byte[256];
        try {
            for (int count = input.read(bytes); count >= 0; count = input.read(bytes))
                events.put(
                        new TopEvent.KeysPressed(TerminalKey.decode(Arrays.copyOf(bytes, count))));
        } catch (IOException | InterruptedException _) {
            // The terminal is gone, and this process ends.
        }
    }

    private static void readStatus(AgentClient client, BlockingQueue<TopEvent> events) {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                events.put(read(client));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static TopEvent read(AgentClient client) throws InterruptedException {
        try {
            return new TopEvent.StatusRead(AgentOverview.parse(client.status()));
        } catch (AgentQueryException e) {
            return new TopEvent.StatusFailed(CauseChain.chain(e));
        }
    }
}
