package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorStatus;
import dev.elastigres.vm.MigrationResult;
import dev.elastigres.vm.ResizeRequest;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.VmReport;
import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.guest.GuestMemory;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.PublishedPort;
import dev.elastigres.vm.state.VmSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A test VM with Postgres and the monitor. Closing stops and removes it.
final class LabVm implements AutoCloseable {
    static final String NAME = "lab";
    private static final int MONITOR_PORT = 10301;
    private static final int HOST_METRICS_PORT = 9100;
    private static final int CACHE_METRICS_PORT = 9499;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int LOG_LINES = 120;

    private final VmManager machines;
    private final String name;
    private final HostPort monitor;
    private final MonitorPages pages;

    private LabVm(VmManager machines, VmSpec spec, HostPort monitor) {
        this.machines = machines;
        name = spec.name();
        this.monitor = monitor;
        pages = new MonitorPages(monitor);
    }

    /// Returns a VM whose monitor is reached through a port of this host.
    static LabVm published(VmManager machines, VmSpec spec) {
        int port = spec.network().publications().getFirst().hostPort();
        return new LabVm(machines, spec, new HostPort("127.0.0.1", port));
    }

    /// Returns a VM whose monitor is reached at the guest's own address.
    static LabVm at(String address, VmManager machines, VmSpec spec) {
        return new LabVm(machines, spec, new HostPort(address, MONITOR_PORT));
    }

    /// Returns a network that forwards the monitor's ports from this host: first the one for
    /// agents, then its metrics.
    static Network network() throws VmException {
        return new Network.User(
                List.of(
                        PublishedPort.parse("0:" + MONITOR_PORT),
                        PublishedPort.parse("0:" + HOST_METRICS_PORT),
                        PublishedPort.parse("0:" + CACHE_METRICS_PORT)));
    }

    /// Runs a script in the guest as root, and returns its output.
    String sh(String script) throws VmException, GuestException, InterruptedException {
        GuestChannel.GuestCommandResult result = trySh(script);
        assertThat(result.exitCode()).as("%s%n%s", script, result).isZero();
        return result.output().strip();
    }

    GuestChannel.GuestCommandResult trySh(String script)
            throws VmException, GuestException, InterruptedException {
        try (var guest = machines.running(name).guest(LONG)) {
            return guest.run(LONG, List.of("sh", "-c", script));
        }
    }

    void write(String path, String text) throws VmException, GuestException, InterruptedException {
        try (var guest = machines.running(name).guest(LONG)) {
            guest.write(path, text, LONG);
        }
    }

    String sql(String query) throws VmException, GuestException, InterruptedException {
        return sh("psql -Atc \"" + query + "\"");
    }

    /// Returns MemTotal of the guest.
    Bytes memoryTotal() throws VmException, GuestException, InterruptedException {
        try (var guest = machines.running(name).guest(LONG)) {
            return GuestMemory.of(guest).total();
        }
    }

    /// Resizes the memory and waits until the guest has plugged or unplugged it.
    void resize(String memory) throws Exception {
        resize(OptionalInt.empty(), Optional.of(MemoryRange.parseSize(memory)));
    }

    void resize(OptionalInt cpus, Optional<Bytes> memory) throws Exception {
        assertThat(machines.resize(name, new ResizeRequest(cpus, memory, true, LONG)))
                .isInstanceOf(ResizeRequest.MachineResizeOutcome.Done.class);
    }

    /// Returns the VM's size, or the size that QEMU was asked for if that is larger.
    Resources maxNow() throws VmException, InterruptedException {
        VmReport report = machines.show(name);
        VmReport.MemoryReport memory = report.memory().orElseThrow(() -> unseen("memory"));
        int cpus = report.cpus().orElseThrow(() -> unseen("CPUs"));
        return new Resources(cpus, memory.current().max(memory.requested()));
    }

    private VmException.Failed unseen(String what) {
        return new VmException.Failed("the " + what + " of " + name + " cannot be seen now");
    }

    MigrationResult migrate() throws VmException, InterruptedException {
        return machines.migrate(name);
    }

    /// Powers the VM off and boots it again.
    void powerCycle() throws VmException, InterruptedException {
        machines.kill(name);
        machines.start(name, LONG);
    }

    MonitorStatus status() throws MonitorConnectionException, InterruptedException {
        return new MonitorStatus(pages.status());
    }

    MonitorStatus awaitReady() throws Exception {
        return LabAwait.until("the monitor is ready", this::status, MonitorStatus::isReady);
    }

    LabAgent connectAgent() throws MonitorConnectionException, InterruptedException {
        return LabAgent.connect(monitor);
    }

    String postmaster() throws VmException, GuestException, InterruptedException {
        return sh("head -n 1 /var/lib/postgresql/data/postmaster.pid");
    }

    /// Returns the process id of the guest's monitor; empty if there is none.
    String monitorProcess() throws VmException, GuestException, InterruptedException {
        return sh("pgrep -f '^/usr/lib/elastigres-monitor/runtime/bin/java' || true");
    }

    /// Returns the end of the guest's console, which includes the monitor's log, and the monitor's
    /// status.
    String recentLogs() throws InterruptedException {
        return "-- console and monitor's log\n%s\n-- status\n%s"
                .formatted(consoleTail(), lastStatus());
    }

    private String consoleTail() {
        try {
            var log = machines.folder(name).consoleLog();
            var lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException | VmException e) {
            return e.toString();
        }
    }

    private String lastStatus() throws InterruptedException {
        try {
            return status().toString();
        } catch (MonitorConnectionException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws VmException {
        pages.close();
        try {
            machines.delete(name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the VM was ended", e);
        }
    }
}
