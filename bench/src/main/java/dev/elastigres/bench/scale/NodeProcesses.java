package dev.elastigres.bench.scale;

import dev.elastigres.bench.footprint.ProcessMemory;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StartedProcess;
import dev.elastigres.testbed.kubernetes.KwokNodes;
import dev.elastigres.testbed.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The agent and the monitor of a node as two processes, with the same heap limits as in the
/// DaemonSet.
final class NodeProcesses implements AutoCloseable {
    private static final String MONITOR_READY = "listening on ";
    private static final String AGENT_READY = "pages on ";
    private static final String WATCH_LIST = "pods.json";

    /// 40 % of the container limits of 256 and 192 MiB, as in the image's JVM options.
    private static final String AGENT_HEAP = "-Xmx102m";

    private static final String MONITOR_HEAP = "-Xmx76m";

    private static final Pattern USED = Pattern.compile("total +\\d+K, used (\\d+)K");
    private static final Pattern READ = Pattern.compile("(?m)^rchar: (\\d+)$");
    private static final int LOOK_SECONDS = 20;

    private final StartedProcess monitor;
    private final StartedProcess agent;

    private NodeProcesses(StartedProcess monitor, StartedProcess agent) {
        this.monitor = monitor;
        this.agent = agent;
    }

    /// The commands of the two processes, without their arguments.
    ///
    /// @param agent command of `elastigres`
    /// @param monitor command of `elastigres-monitor`
    record DaemonCommand(
            List<String> agent, List<String> monitor, Map<String, String> environment) {
        static List<String> with(List<String> command, List<String> arguments) {
            var all = new ArrayList<>(command);
            all.addAll(arguments);
            return all;
        }

        Map<String, String> with(String javaOptions) {
            var all = new HashMap<>(environment);
            all.put("JDK_JAVA_OPTIONS", javaOptions);
            return all;
        }
    }

    /// @param kubeconfig of the agent's account
    /// @param cgroups root of the node's cgroup tree
    /// @param folder of the files that the two share
    static NodeProcesses start(DaemonCommand program, Path kubeconfig, Path cgroups, Path folder)
            throws HarnessException, InterruptedException {
        Path watchList = folder.resolve(WATCH_LIST);
        int port = freePort();
        StartedProcess monitor =
                StartedProcess.run(
                        DaemonCommand.with(
                                program.monitor,
                                List.of(
                                        "--pods",
                                        "--pods-watch-list=" + watchList,
                                        "--addr=127.0.0.1:" + port,
                                        "--path.cgroup=" + cgroups)),
                        program.with(MONITOR_HEAP),
                        line -> line.startsWith(MONITOR_READY));
        try {
            StartedProcess agent =
                    StartedProcess.run(
                            DaemonCommand.with(
                                    program.agent,
                                    List.of(
                                            "agent",
                                            "--driver=pods",
                                            "--node=" + KwokNodes.node(ScaleBench.NODE),
                                            "--addr=127.0.0.1:0",
                                            "--kubeconfig=" + kubeconfig,
                                            "--pods.watch-list=" + watchList,
                                            "--pods.monitor=127.0.0.1:" + port,
                                            "--path.cgroup=" + cgroups)),
                            program.with(AGENT_HEAP),
                            line -> line.startsWith(AGENT_READY));
            return new NodeProcesses(monitor, agent);
        } catch (HarnessException | InterruptedException e) {
            monitor.close();
            throw e;
        }
    }

    private static int freePort() throws HarnessException {
        try {
            return FreePorts.once();
        } catch (IOException e) {
            throw new HarnessException("no port for the monitor", e);
        }
    }

    /// @throws HarnessException if one of the two has ended
    void check() throws HarnessException {
        check("the agent", agent.process());
        check("its monitor", monitor.process());
    }

    private static void check(String what, Process process) throws HarnessException {
        if (!process.isAlive())
            throw new HarnessException("%s has ended with %d".formatted(what, process.exitValue()));
    }

    /// Returns the reasons why the agent is not ready.
    String problems() throws InterruptedException {
        String pages = agent.line().substring(AGENT_READY.length());
        var ask = HttpRequest.newBuilder(URI.create("http://" + pages + "/readyz")).build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(ask, BodyHandlers.ofString()).body().strip().replace("\n", "; ");
        } catch (IOException e) {
            return "it does not answer: " + e.getMessage();
        }
    }

    ProcessMemory memory() throws HarnessException {
        return ProcessMemory.of(pid());
    }

    Duration cpu() throws HarnessException {
        return agent.process()
                .info()
                .totalCpuDuration()
                .orElseThrow(() -> new HarnessException("the agent has ended"));
    }

    /// Returns the total number of bytes that the agent has read, from sockets and files.
    long read() throws HarnessException {
        try {
            Matcher read =
                    READ.matcher(Files.readString(Path.of("/proc", Long.toString(pid()), "io")));
            if (!read.find()) throw new HarnessException("the kernel does not show the bytes read");
            return Long.parseLong(read.group(1));
        } catch (IOException e) {
            throw new HarnessException("cannot read the agent's I/O counters", e);
        }
    }

    /// Returns the bytes of live objects, after a collection. Empty if this Java has no `jcmd`.
    OptionalDouble heap() throws HarnessException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) return OptionalDouble.empty();
        ask(jcmd, "GC.run");
        Matcher used = USED.matcher(ask(jcmd, "GC.heap_info"));
        double kibibytes = 0;
        while (used.find()) kibibytes += Long.parseLong(used.group(1));
        if (kibibytes == 0) throw new HarnessException("the agent's Java shows no heap");
        return OptionalDouble.of(kibibytes * 1024);
    }

    private String ask(Path jcmd, String what) throws HarnessException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(jcmd.toString(), Long.toString(pid()), what)
                            .redirectErrorStream(true)
                            .start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LOOK_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0)
                throw new HarnessException("jcmd %s failed: %s".formatted(what, said.strip()));
            return said;
        } catch (IOException e) {
            throw new HarnessException("cannot run jcmd", e);
        }
    }

    private long pid() {
        return agent.process().pid();
    }

    @Override
    public void close() {
        agent.close();
        monitor.close();
    }
}
