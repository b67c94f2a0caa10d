package dev.elastigres.cli.demo;

import dev.elastigres.cli.process.AtEnd;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs the demo in this process.
@Command(
        name = "demo",
        description = {
            "Watch the monitor work, in under a minute.",
            "",
            "Starts a Postgres of its own, the monitor beside it and a small agent, and puts"
                    + " queries on Postgres whose memory grows. Only the machine's size is made"
                    + " up. Needs Linux, some 1 GiB of free memory and nothing else; leaves"
                    + " nothing behind.",
            ""
        })
public final class DemoCommand implements Callable<Integer> {
    // Read by the library.
    @SuppressWarnings("unused")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(names = "--keep", description = "Keep everything running afterwards, until Ctrl-C.")
    private boolean keep;

    @Option(names = "--json", description = "One JSON object a line, for programs.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            System.err.println(
                    "elastigres demo: needs Linux, whose /proc shows the memory of Postgres; on"
                            + " macOS and Windows run it in a Linux VM or container");
            return 1;
        }
        View view = view();
        var demo = new Demo(Script.DEFAULT, view, keep);
        try (var atEnd = AtEnd.run(demo::stop);
                view) {
            return run(demo, view, atEnd);
        }
    }

    private int run(Demo demo, View view, AtEnd atEnd) throws InterruptedException {
        try {
            demo.run();
            atEnd.exitWith(0);
            return 0;
        } catch (StoppedException _) {
            return 130;
        } catch (DemoException e) {
            // Ctrl-C on a terminal ends Postgres before us: that it broke is no news then.
            if (atEnd.hasBegun()) return 130;
            view.close();
            System.err.println("elastigres demo: " + e.line());
            return 1;
        }
    }

    private View view() {
        PrintStream out = System.out;
        if (json) return new JsonView(out);
        Optional<Screen> screen = Screen.find(Scale.DEFAULT, System.getenv(), out.charset());
        return screen.<View>map(it -> new LiveView(out, it::frame, Telling.MADE_UP))
                .orElseGet(() -> new PlainView(out, Telling.MADE_UP));
    }
}
