package dev.elastigres.bench;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.vm.Machines;
import dev.elastigres.vm.NewVm;
import dev.elastigres.vm.Resize;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.guest.GuestMemory;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.Publication;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A VM with an idle Postgres, without swap and without the monitor that its image would run; those
/// that are measured are started in it, and so are the benchmark's own programs. Closing ends it.
final class BenchVm implements AutoCloseable {
    static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String NAME = "bench";
    private static final CpuRange CPUS = new CpuRange(2, 2);
    private static final Duration READY_LIMIT = Duration.ofMinutes(1);
    private static final Pattern ANON = Pattern.compile("(?m)^(?:in)?active_anon (\\d{1,18})$");

    /// With the mark of its end, init starts the monitor no more.
    private static final String PREPARE =
            """
            swapoff -a
            touch /run/elastigres/stopping
            pkill -f '^/usr/lib/elastigres-monitor/runtime/bin/java'
            while pgrep -f '^/usr/lib/elastigres-monitor/runtime/bin/java' > /dev/null; do sleep 0.05; done
            """;

    private final Machines machines;
    private final GuestChannel guest;
    private final Map<Rule, Integer> ports;
    private final Map<Rule, String> processes = new EnumMap<>(Rule.class);

    private BenchVm(Machines machines, GuestChannel guest, Map<Rule, Integer> ports) {
        this.machines = machines;
        this.guest = guest;
        this.ports = ports;
    }

    static BenchVm boot(
            Machines machines, Path image, AcceleratorChoice accelerator, MemoryRange memory)
            throws BenchException, VmException, GuestException, InterruptedException {
        var published = new ArrayList<Publication>();
        var ports = new EnumMap<Rule, Integer>(Rule.class);
        for (Rule rule : Rule.values()) {
            Publication port = Publication.parse("0:" + rule.guestPort());
            published.add(port);
            ports.put(rule, port.hostPort());
        }
        var network = new Network.User(published);
        machines.create(new NewVm(NAME, CPUS, memory, Optional.of(image), accelerator, network));
        try {
            machines.start(NAME, LIMIT);
            var vm = new BenchVm(machines, machines.running(NAME).guest(LIMIT), ports);
            vm.sh(PREPARE);
            return vm;
        } catch (BenchException | VmException | GuestException | InterruptedException e) {
            machines.delete(NAME);
            throw e;
        }
    }

    /// Where the monitor listens, seen from this host.
    HostPort monitor(Rule rule) {
        return new HostPort("127.0.0.1", Objects.requireNonNull(ports.get(rule)));
    }

    /// Starts the monitor with that rule, and waits until it is ready.
    void startMonitor(Rule rule) throws BenchException, InterruptedException {
        String script =
                """
                echo -1000 > /proc/self/oom_score_adj
                setsid /usr/lib/elastigres/monitor-run --addr 0.0.0.0:%d --sampling %s --cache none \
                    --cpu-demand off --cpu.addr off \
                    > /run/monitor-%2$s.log 2>&1 < /dev/null &
                echo $!
                """
                        .formatted(rule.guestPort(), rule.title());
        processes.put(rule, sh(script));
        try (var pages = new MonitorPages(monitor(rule))) {
            awaitAnswer(rule);
            pages.awaitReady(READY_LIMIT);
        } catch (LinkException e) {
            throw new BenchException("the monitor cannot be used", e);
        }
    }

    /// The port is open on this host before anybody listens in the guest.
    private void awaitAnswer(Rule rule) throws BenchException, InterruptedException {
        String script =
                """
                until wget -q -O - http://127.0.0.1:%d/healthz > /dev/null 2>&1; do
                    [ -e /proc/%s ] || { tail -n 1 /run/monitor-%s.log >&2; exit 1; }
                    sleep 0.1
                done
                """
                        .formatted(rule.guestPort(), process(rule), rule.title());
        sh(script);
    }

    private String process(Rule rule) {
        String process = processes.get(rule);
        if (process == null) throw new IllegalStateException("not started: " + rule);
        return process;
    }

    void stopMonitor(Rule rule) throws BenchException, InterruptedException {
        String process = process(rule);
        sh("kill %1$s; while [ -e /proc/%1$s ]; do sleep 0.05; done".formatted(process));
    }

    /// Runs a script in the guest as root, and returns what it printed.
    String sh(String script) throws BenchException, InterruptedException {
        try {
            GuestChannel.Result result = guest.run(LIMIT, List.of("sh", "-c", script));
            if (result.exitCode() == 0) return result.output().strip();
            throw new BenchException("the guest says: " + result.errors().strip());
        } catch (GuestException e) {
            throw new BenchException("the guest does not do as told", e);
        }
    }

    /// Takes memory in Postgres' cgroup.
    GuestProgram startLoad() throws BenchException, InterruptedException {
        write("/run/load.pl", "load.pl");
        return GuestProgram.start(
                guest,
                "load.pl",
                List.of(
                        "sh",
                        "-c",
                        "echo 0 > /sys/fs/cgroup/neon-postgres/cgroup.procs; exec perl /run/load.pl"));
    }

    /// Listens to the monitors with these rules.
    GuestProgram startListener(List<Rule> rules) throws BenchException, InterruptedException {
        write("/run/listen.pl", "listen.pl");
        var command = new ArrayList<>(List.of("perl", "/run/listen.pl"));
        for (Rule rule : rules) command.add(Integer.toString(rule.guestPort()));
        return GuestProgram.start(guest, "listen.pl", command);
    }

    private void write(String path, String resource) throws BenchException, InterruptedException {
        try (InputStream stream = BenchVm.class.getResourceAsStream(resource)) {
            if (stream == null) throw new IllegalStateException("not packed: " + resource);
            guest.write(path, new String(stream.readAllBytes(), StandardCharsets.UTF_8), LIMIT);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        } catch (GuestException e) {
            throw new BenchException("the guest does not do as told", e);
        }
    }

    /// What the kernel cannot reclaim of Postgres' cgroup.
    Bytes usage() throws BenchException, InterruptedException {
        return anonymous(read("/sys/fs/cgroup/neon-postgres/memory.stat"));
    }

    static Bytes anonymous(String stat) throws BenchException {
        Matcher line = ANON.matcher(stat);
        Bytes sum = Bytes.ZERO;
        int lines = 0;
        for (; line.find(); lines++) sum = sum.plus(Bytes.of(Long.parseLong(line.group(1))));
        if (lines != 2) throw new BenchException("memory.stat lacks active_anon or inactive_anon");
        return sum;
    }

    Duration cpu(Rule rule) throws BenchException, InterruptedException {
        return ProcessStat.cpu(read("/proc/" + process(rule) + "/stat"));
    }

    String read(String file) throws BenchException, InterruptedException {
        try {
            return guest.readText(file, LIMIT);
        } catch (GuestException e) {
            throw new BenchException("cannot read the guest's " + file, e);
        }
    }

    /// What the guest's kernel shows as its total.
    Bytes memoryTotal() throws BenchException, InterruptedException {
        try {
            return GuestMemory.of(guest).total();
        } catch (GuestException e) {
            throw new BenchException("cannot see the guest's memory", e);
        }
    }

    Resize.Outcome resize(Bytes memory, boolean waits) throws BenchException, InterruptedException {
        try {
            return machines.resize(
                    NAME, new Resize(OptionalInt.empty(), Optional.of(memory), waits, LIMIT));
        } catch (VmException e) {
            throw new BenchException("the VM does not get its size", e);
        }
    }

    @Override
    public void close() throws BenchException {
        guest.close();
        try {
            machines.delete(NAME);
        } catch (VmException e) {
            throw new BenchException("the VM cannot be removed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted while the VM was removed", e);
        }
    }
}
