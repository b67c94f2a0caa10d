package dev.elastigres.bench;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.ResizeRequest;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.guest.GuestMemory;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.PublishedPort;
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

/// A VM with an idle Postgres, without swap and without the monitor of its image. The measured
/// monitors and the benchmark's own programs are started in it. Closing ends it.
final class BenchVm implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final String NAME = "bench";
    private static final CpuRange CPUS = new CpuRange(2, 2);
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(1);
    private static final Pattern ANON = Pattern.compile("(?m)^(?:in)?active_anon (\\d{1,18})$");

    /// Disables swap and stops the image's monitor. The file `stopping` keeps init from restarting
    /// it.
    private static final String PREPARE =
            """
            swapoff -a
            touch /run/elastigres/stopping
            pkill -f '^/usr/lib/elastigres-monitor/runtime/bin/java'
            while pgrep -f '^/usr/lib/elastigres-monitor/runtime/bin/java' > /dev/null; do sleep 0.05; done
            """;

    private final VmManager machines;
    private final GuestChannel guest;
    private final Map<SamplingRule, Integer> ports;
    private final Map<SamplingRule, String> processes = new EnumMap<>(SamplingRule.class);

    private BenchVm(VmManager machines, GuestChannel guest, Map<SamplingRule, Integer> ports) {
        this.machines = machines;
        this.guest = guest;
        this.ports = ports;
    }

    static BenchVm boot(
            VmManager machines, Path image, AcceleratorChoice accelerator, MemoryRange memory)
            throws HarnessException, VmException, GuestException, InterruptedException {
        var published = new ArrayList<PublishedPort>();
        var ports = new EnumMap<SamplingRule, Integer>(SamplingRule.class);
        for (SamplingRule rule : SamplingRule.values()) {
            PublishedPort port = PublishedPort.parse("0:" + rule.guestPort());
            published.add(port);
            ports.put(rule, port.hostPort());
        }
        var network = new Network.User(published);
        machines.create(
                new NewVmSpec(NAME, CPUS, memory, Optional.of(image), accelerator, network));
        try {
            machines.start(NAME, TIMEOUT);
            var vm = new BenchVm(machines, machines.running(NAME).guest(TIMEOUT), ports);
            vm.sh(PREPARE);
            return vm;
        } catch (HarnessException | VmException | GuestException | InterruptedException e) {
            machines.delete(NAME);
            throw e;
        }
    }

    /// Returns the monitor's address on this host.
    HostPort monitor(SamplingRule rule) {
        return new HostPort("127.0.0.1", Objects.requireNonNull(ports.get(rule)));
    }

    /// Starts the monitor with that rule, and waits until it is ready.
    void startMonitor(SamplingRule rule) throws HarnessException, InterruptedException {
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
            pages.awaitReady(READY_TIMEOUT);
        } catch (MonitorConnectionException e) {
            throw new HarnessException("the monitor does not work", e);
        }
    }

    /// QEMU accepts connections on this host's port before the monitor listens in the guest.
    private void awaitAnswer(SamplingRule rule) throws HarnessException, InterruptedException {
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

    private String process(SamplingRule rule) {
        String process = processes.get(rule);
        if (process == null) throw new IllegalStateException("not started: " + rule);
        return process;
    }

    void stopMonitor(SamplingRule rule) throws HarnessException, InterruptedException {
        String process = process(rule);
        sh("kill %1$s; while [ -e /proc/%1$s ]; do sleep 0.05; done".formatted(process));
    }

    /// Runs a script in the guest as root, and returns its output.
    String sh(String script) throws HarnessException, InterruptedException {
        try {
            GuestChannel.GuestCommandResult result =
                    guest.run(TIMEOUT, List.of("sh", "-c", script));
            if (result.exitCode() == 0) return result.output().strip();
            throw new HarnessException(
                    "the command failed in the guest: " + result.errors().strip());
        } catch (GuestException e) {
            throw new HarnessException("the guest does not execute commands", e);
        }
    }

    /// Starts the program that allocates memory in Postgres' cgroup.
    GuestProgram startLoad() throws HarnessException, InterruptedException {
        write("/run/load.pl", "load.pl");
        return GuestProgram.start(
                guest,
                "load.pl",
                List.of(
                        "sh",
                        "-c",
                        "echo 0 > /sys/fs/cgroup/neon-postgres/cgroup.procs; exec perl /run/load.pl"));
    }

    /// Starts the program that receives the requests of the monitors with these rules.
    GuestProgram startListener(List<SamplingRule> rules)
            throws HarnessException, InterruptedException {
        write("/run/listen.pl", "listen.pl");
        var command = new ArrayList<>(List.of("perl", "/run/listen.pl"));
        for (SamplingRule rule : rules) command.add(Integer.toString(rule.guestPort()));
        return GuestProgram.start(guest, "listen.pl", command);
    }

    private void write(String path, String resource) throws HarnessException, InterruptedException {
        try (InputStream stream = BenchVm.class.getResourceAsStream(resource)) {
            if (stream == null) throw new IllegalStateException("not packed: " + resource);
            guest.write(path, new String(stream.readAllBytes(), StandardCharsets.UTF_8), TIMEOUT);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        } catch (GuestException e) {
            throw new HarnessException("the guest does not execute commands", e);
        }
    }

    /// Returns the memory of Postgres' cgroup that the kernel cannot reclaim.
    Bytes usage() throws HarnessException, InterruptedException {
        return anonymous(read("/sys/fs/cgroup/neon-postgres/memory.stat"));
    }

    static Bytes anonymous(String stat) throws HarnessException {
        Matcher line = ANON.matcher(stat);
        Bytes sum = Bytes.ZERO;
        int lines = 0;
        for (; line.find(); lines++) sum = sum.plus(Bytes.of(Long.parseLong(line.group(1))));
        if (lines != 2)
            throw new HarnessException("memory.stat lacks active_anon or inactive_anon");
        return sum;
    }

    Duration cpu(SamplingRule rule) throws HarnessException, InterruptedException {
        return ProcessStat.cpu(read("/proc/" + process(rule) + "/stat"));
    }

    String read(String file) throws HarnessException, InterruptedException {
        try {
            return guest.readText(file, TIMEOUT);
        } catch (GuestException e) {
            throw new HarnessException("cannot read the guest's " + file, e);
        }
    }

    /// Returns MemTotal of the guest.
    Bytes memoryTotal() throws HarnessException, InterruptedException {
        try {
            return GuestMemory.of(guest).total();
        } catch (GuestException e) {
            throw new HarnessException("cannot read the guest's memory", e);
        }
    }

    ResizeRequest.MachineResizeOutcome resize(Bytes memory, boolean waits)
            throws HarnessException, InterruptedException {
        try {
            return machines.resize(
                    NAME,
                    new ResizeRequest(OptionalInt.empty(), Optional.of(memory), waits, TIMEOUT));
        } catch (VmException e) {
            throw new HarnessException("the VM does not reach its size", e);
        }
    }

    @Override
    public void close() throws HarnessException {
        guest.close();
        try {
            machines.delete(NAME);
        } catch (VmException e) {
            throw new HarnessException("cannot remove the VM", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted while the VM was removed", e);
        }
    }
}
