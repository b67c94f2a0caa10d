package dev.elastigres.bench.scale;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.bench.footprint.Memory;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.Scraper;
import dev.elastigres.harness.Started;
import dev.elastigres.testbed.kubernetes.Crowd;
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

/// The agent and the monitor of a node, as the DaemonSet runs them: two processes with the heaps
/// that they have there.
final class AgentProcess implements AutoCloseable {
    private static final String MONITOR_READY = "listening on ";
    private static final String AGENT_READY = "pages on ";
    private static final String ROSTER = "pods.json";

    /// The part of their containers' limits that is in the image's options: 40 % of 256 and of
    /// 192 MiB.
    private static final String AGENT_HEAP = "-Xmx102m";

    private static final String MONITOR_HEAP = "-Xmx76m";

    private static final Pattern USED = Pattern.compile("total +\\d+K, used (\\d+)K");
    private static final Pattern READ = Pattern.compile("(?m)^rchar: (\\d+)$");
    private static final int LOOK_SECONDS = 20;

    private final Started monitor;
    private final Started agent;

    private AgentProcess(Started monitor, Started agent) {
        this.monitor = monitor;
        this.agent = agent;
    }

    /// What runs the two, but for their own arguments.
    ///
    /// @param agent `elastigres`
    /// @param monitor `elastigres-monitor`
    record Program(List<String> agent, List<String> monitor, Map<String, String> environment) {
        private static List<String> with(List<String> command, List<String> arguments) {
            var all = new ArrayList<>(command);
            all.addAll(arguments);
            return all;
        }

        private Map<String, String> with(String javaOptions) {
            var all = new HashMap<>(environment);
            all.put("JDK_JAVA_OPTIONS", javaOptions);
            return all;
        }
    }

    /// @param kubeconfig of the agent's account
    /// @param cgroups the root of the node's tree
    /// @param folder for what the two have between them
    static AgentProcess start(Program program, Path kubeconfig, Path cgroups, Path folder)
            throws BenchException, InterruptedException {
        Path roster = folder.resolve(ROSTER);
        int port = freePort();
        Started monitor =
                Started.run(
                        Program.with(
                                program.monitor,
                                List.of(
                                        "--pods",
                                        "--pods-roster=" + roster,
                                        "--addr=127.0.0.1:" + port,
                                        "--path.cgroup=" + cgroups)),
                        program.with(MONITOR_HEAP),
                        line -> line.startsWith(MONITOR_READY));
        try {
            Started agent =
                    Started.run(
                            Program.with(
                                    program.agent,
                                    List.of(
                                            "agent",
                                            "--driver=pods",
                                            "--node=" + Crowd.node(ScaleBench.NODE),
                                            "--addr=127.0.0.1:0",
                                            "--kubeconfig=" + kubeconfig,
                                            "--pods.roster=" + roster,
                                            "--pods.monitor=127.0.0.1:" + port,
                                            "--path.cgroup=" + cgroups)),
                            program.with(AGENT_HEAP),
                            line -> line.startsWith(AGENT_READY));
            return new AgentProcess(monitor, agent);
        } catch (BenchException | InterruptedException e) {
            monitor.close();
            throw e;
        }
    }

    private static int freePort() throws BenchException {
        try {
            return Scraper.freePort();
        } catch (LinkException e) {
            throw new BenchException("no port for the monitor", e);
        }
    }

    /// @throws BenchException when one of the two has ended
    void check() throws BenchException {
        check("the agent", agent.process());
        check("its monitor", monitor.process());
    }

    private static void check(String what, Process process) throws BenchException {
        if (!process.isAlive())
            throw new BenchException("%s has ended with %d".formatted(what, process.exitValue()));
    }

    /// What the agent says that keeps it from its work.
    String troubles() throws InterruptedException {
        String pages = agent.line().substring(AGENT_READY.length());
        var ask = HttpRequest.newBuilder(URI.create("http://" + pages + "/readyz")).build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(ask, BodyHandlers.ofString()).body().strip().replace("\n", "; ");
        } catch (IOException e) {
            return "it does not answer: " + e.getMessage();
        }
    }

    Memory memory() throws BenchException {
        return Memory.of(pid());
    }

    Duration cpu() throws BenchException {
        return agent.process()
                .info()
                .totalCpuDuration()
                .orElseThrow(() -> new BenchException("the agent has ended"));
    }

    /// Bytes that it has read in all, from sockets and files.
    long read() throws BenchException {
        try {
            Matcher read =
                    READ.matcher(Files.readString(Path.of("/proc", Long.toString(pid()), "io")));
            if (!read.find()) throw new BenchException("the kernel does not show what is read");
            return Long.parseLong(read.group(1));
        } catch (IOException e) {
            throw new BenchException("cannot see what the agent reads", e);
        }
    }

    /// Bytes of objects that are alive, after a collection of those that are not. Empty where this
    /// Java has no `jcmd`.
    OptionalDouble heap() throws BenchException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) return OptionalDouble.empty();
        ask(jcmd, "GC.run");
        Matcher used = USED.matcher(ask(jcmd, "GC.heap_info"));
        double kibibytes = 0;
        while (used.find()) kibibytes += Long.parseLong(used.group(1));
        if (kibibytes == 0) throw new BenchException("the agent's Java shows no heap");
        return OptionalDouble.of(kibibytes * 1024);
    }

    private String ask(Path jcmd, String what) throws BenchException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(jcmd.toString(), Long.toString(pid()), what)
                            .redirectErrorStream(true)
                            .start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LOOK_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0)
                throw new BenchException("jcmd %s failed: %s".formatted(what, said.strip()));
            return said;
        } catch (IOException e) {
            throw new BenchException("cannot run jcmd", e);
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
