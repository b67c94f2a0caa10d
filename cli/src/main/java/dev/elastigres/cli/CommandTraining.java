package dev.elastigres.cli;

import dev.elastigres.node.FirstLineLatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Runs several commands in one process to record the class cache of the installed command: first
/// an agent, then, while it runs, other commands. The agent runs on until the process is stopped.
public final class CommandTraining {
    /// Separates the commands among the arguments.
    public static final String THEN = "then";

    /// The line that is printed when all commands but the first have ended.
    public static final String DONE = "all commands have run";

    private CommandTraining() {}

    /// @param arguments the commands, separated by [#THEN]
    public static void main(String[] arguments) throws InterruptedException {
        List<List<String>> commands = split(Arrays.asList(arguments));
        var ready = new CountDownLatch(1);
        System.setOut(FirstLineLatch.on(System.out, ready));
        Thread.ofPlatform().start(() -> System.exit(execute(commands.getFirst())));
        ready.await();
        for (List<String> each : commands.subList(1, commands.size())) {
            int _ = execute(each);
        }
        System.out.println(DONE);
    }

    private static List<List<String>> split(List<String> arguments) {
        var commands = new ArrayList<List<String>>();
        int begin = 0;
        for (int i = 0; i <= arguments.size(); i++) {
            if (i < arguments.size() && !arguments.get(i).equals(THEN)) continue;
            commands.add(arguments.subList(begin, i));
            begin = i + 1;
        }
        return commands;
    }

    private static int execute(List<String> command) {
        return Main.commandLine(List.of(), List.of()).execute(command.toArray(String[]::new));
    }
}
