package dev.elastigres.demo;

import dev.elastigres.harness.ShutdownHook;
import dev.elastigres.host.terminal.Terminal;
import dev.elastigres.vm.VmException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `elastigres demo`: runs the demo in this process.
@Command(
        name = "demo",
        description = {
            "Watch the monitor work, in under a minute.",
            "",
            "Starts a Postgres server, the monitor and a small agent, and runs"
                    + " queries whose memory grows. Only the machine's size is"
                    + " simulated. Needs Linux and about 1 GiB of free memory, and removes"
                    + " everything afterwards.",
            "",
            "With --vm: the agent and a real VM that grows and shrinks with its load, in a few"
                    + " minutes. Has the requirements of `elastigres vm`, and needs about 5 GiB of free memory.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "elastigres demo",
            "elastigres demo --vm --svg day.svg",
            "elastigres demo --vm --open-page"
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--keep", description = "Keep everything running afterwards, until Ctrl-C.")
    private boolean keep;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "At the end, draw memory in use, threshold and size over time.")
    private @Nullable Path svg;

    @Option(names = "--vm", description = "Use a real VM and the real agent.")
    private boolean vm;

    @Option(
            names = "--open-page",
            description = "With --vm: open the live page of the VM in the browser.")
    private boolean openPage;

    @Spec private CommandSpec spec;

    public DemoCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (svg != null && !hasFolder(svg))
            throw new ParameterException(spec.commandLine(), "--svg: no such folder: " + svg);
        if (openPage && !vm)
            throw new ParameterException(
                    spec.commandLine(), "--open-page needs --vm: only the real agent has a page");
        if (vm && keep)
            throw new ParameterException(spec.commandLine(), "--keep and --vm exclude each other");
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            System.err.println(
                    "elastigres demo: needs Linux, whose /proc shows the memory of Postgres; on"
                            + " macOS and Windows run it in a Linux VM or container");
            return 1;
        }
        if (vm) return inVm(VmDemoScript.DEFAULT);
        DemoView view = view(MachineSizes.DEFAULT, DemoTextFormatter.MADE_UP);
        var demo = new Demo(DemoScript.DEFAULT, view, keep);
        try (var atEnd = ShutdownHook.run(demo::stop);
                view) {
            return run(demo, view, atEnd);
        }
    }

    private static boolean hasFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder != null && Files.isDirectory(folder) && !Files.isDirectory(file);
    }

    private int run(Demo demo, DemoView view, ShutdownHook atEnd) throws InterruptedException {
        try {
            demo.run();
            atEnd.exitWith(0);
            return 0;
        } catch (StoppedException _) {
            return 130;
        } catch (DemoException e) {
            // Ctrl-C on a terminal ends Postgres before this process, so the failure is not
            // reported.
            if (atEnd.hasBegun()) return 130;
            view.close();
            System.err.println("elastigres demo: " + e.line());
            return 1;
        }
    }

    private int inVm(VmDemoScript script) throws InterruptedException {
        DemoView view = view(script.scale(), script.opening());
        var demo = new VmDemo(script, view, openPage);
        try (var atEnd = ShutdownHook.run(demo::stop);
                view) {
            try {
                demo.run();
                atEnd.exitWith(0);
                return 0;
            } catch (StoppedException _) {
                return 130;
            } catch (DemoException | VmException e) {
                // The interrupt itself causes such failures, so they are not reported.
                if (atEnd.hasBegun()) return 130;
                view.close();
                String line =
                        e instanceof DemoException demoed
                                ? demoed.line()
                                : String.valueOf(e.getMessage());
                System.err.println("elastigres demo: " + line);
                return e instanceof VmException.Missing || e instanceof VmException.Refused ? 2 : 1;
            }
        }
    }

    /// @param opening the first line of output
    private DemoView view(MachineSizes scale, String opening) {
        DemoView shown = shown(scale, opening);
        return svg == null ? shown : new SvgRecorder(shown, svg);
    }

    private DemoView shown(MachineSizes scale, String opening) {
        PrintStream out = System.out;
        if (json) return new JsonView(out);
        Optional<Terminal> terminal =
                Terminal.find(LiveFrame.MIN_TERMINAL, System.getenv(), out.charset());
        return terminal.<DemoView>map(
                        it -> new LiveView(out, at -> new LiveFrame(scale, it.text(at)), opening))
                .orElseGet(() -> new PlainView(out, opening));
    }
}
