package dev.elastigres.node;

import dev.elastigres.monitor.Main;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// Runs the monitor in this process. The monitor parses its own arguments, as it does when it is
/// installed without this command.
@Command(name = "monitor", description = "Run vm-monitor, the daemon beside Postgres.")
public final class MonitorCommand implements Callable<Integer> {
    @Unmatched private final List<String> arguments = new ArrayList<>();

    public MonitorCommand() {}

    /// Returns every flag of the daemon, long and short.
    public static List<String> flags() {
        return Main.flags(System.getenv());
    }

    @Override
    public Integer call() {
        return Main.run(arguments, System.getenv());
    }
}
