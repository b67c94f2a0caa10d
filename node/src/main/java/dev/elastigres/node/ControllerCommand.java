package dev.elastigres.node;

import dev.elastigres.controller.Main;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// Runs the controller in this process. The controller parses its own arguments.
@Command(name = "controller", description = "Run the controller of a Kubernetes cluster.")
public final class ControllerCommand implements Callable<Integer> {
    @Unmatched private final List<String> arguments = new ArrayList<>();

    public ControllerCommand() {}

    /// Returns every flag of the daemon, long and short.
    public static List<String> flags() {
        return Main.flags();
    }

    @Override
    public Integer call() {
        return Main.run(arguments, System.getenv());
    }
}
