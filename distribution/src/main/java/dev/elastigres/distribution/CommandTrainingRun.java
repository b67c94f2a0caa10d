package dev.elastigres.distribution;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.cli.CommandTraining;
import dev.elastigres.harness.FakeCgroup;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.MonitorProcess;
import dev.elastigres.harness.StartedProcess;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.testbed.process.FreePorts;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// The training run of the installed command's AOT cache: an agent that resizes the cgroup of a
/// Postgres with a real monitor, and the commands that inspect it. The cgroup is a folder of plain
/// files.
record CommandTrainingRun() implements Payload.TrainingRun {
    private static final String CGROUP = "system.slice/postgresql@15-main.service";
    private static final String NAME = "postgresql@15-main.service";

    /// Includes writing the cache after the agent has stopped, which takes most of the time.
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    @Override
    public void run(List<String> command) throws PackException, InterruptedException {
        try {
            Path folder = Files.createTempDirectory("elastigres-training-");
            OrphanReaper.watch(folder);
            try {
                train(command, folder);
            } finally {
                FileTrees.delete(folder);
            }
        } catch (IOException e) {
            throw new PackException.Failed("cannot prepare the training of the command", e);
        } catch (MonitorConnectionException | HarnessException e) {
            throw new PackException.Failed("the packed command does not work", e);
        }
    }

    private static void train(List<String> command, Path folder)
            throws IOException, HarnessException, MonitorConnectionException, InterruptedException {
        Path tree = Files.createDirectories(folder.resolve("cgroups"));
        Path cgroup = cgroup(tree);
        int metrics = FreePorts.once();
        var flags =
                List.of(
                        "--cgroup",
                        cgroup.toString(),
                        "--metrics.host-addr",
                        "127.0.0.1:" + metrics);
        try (var monitor =
                MonitorProcess.start(folder.resolve("log"), flags, Payload.ENVIRONMENT)) {
            var program = new ArrayList<>(command);
            program.set(program.size() - 1, CommandTraining.class.getName());
            program.addAll(arguments(folder, tree, monitor.address().port(), metrics));
            var environment = new HashMap<>(Payload.ENVIRONMENT);
            environment.put("HOME", folder.toString());
            environment.put("XDG_RUNTIME_DIR", folder.toString());
            try (var started =
                    StartedProcess.run(
                            program, environment, line -> line.equals(CommandTraining.DONE))) {
                started.stop(STOP_TIMEOUT);
            }
        }
    }

    /// Creates the files of a cgroup without limits.
    private static Path cgroup(Path tree) throws IOException {
        Files.writeString(tree.resolve("cgroup.controllers"), "cpu memory\n");
        Files.writeString(tree.resolve("cgroup.subtree_control"), "cpu memory\n");
        Path cgroup = tree.resolve(CGROUP);
        Files.createDirectories(cgroup.getParent());
        FakeCgroup.create(cgroup);
        Files.writeString(cgroup.resolve("memory.max"), "max\n");
        Files.writeString(cgroup.resolve("cpu.max"), "max 100000\n");
        Files.writeString(cgroup.resolve("memory.current"), "67108864\n");
        Files.writeString(
                cgroup.resolve("memory.stat"),
                "active_anon 67108864\ninactive_anon 0\ninactive_file 0\nactive_file 0\n");
        return cgroup;
    }

    private static List<String> arguments(Path folder, Path tree, int monitor, int metrics)
            throws IOException {
        String pages = "127.0.0.1:" + FreePorts.once();
        var all = new ArrayList<String>();
        all.addAll(
                List.of(
                        "agent",
                        "--driver=cgroup",
                        "--cgroup=" + CGROUP,
                        "--path.cgroup=" + tree,
                        "--state-dir=" + Files.createDirectories(folder.resolve("state")),
                        "--damping-window=1s",
                        "--addr=" + pages,
                        "--monitor=127.0.0.1:" + monitor,
                        "--host-metrics=127.0.0.1:" + metrics,
                        "--cache-metrics=off",
                        "--log-format=text"));
        for (List<String> each :
                List.of(
                        List.of("doctor", "--for=cgroup", "--path.cgroup=" + tree),
                        List.of("init", "--out=-"),
                        List.of("vm", "list"),
                        List.of("top", "--once", "--address=" + pages),
                        List.of("agent", "status", "--address=" + pages),
                        List.of("agent", "explain", "--address=" + pages, NAME))) {
            all.add(CommandTraining.THEN);
            all.addAll(each);
        }
        return all;
    }
}
