package dev.elastigres.demo;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.demo.VmDemoEvent.Booted;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.RunningVm;
import dev.elastigres.vm.TemporaryMachines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.PublishedPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The demo's VM. Its Postgres has pgbench tables, and its monitor is ready. Closing it stops and
/// removes the VM.
final class DemoVm implements AutoCloseable {
    static final String NAME = "demo";
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /// Forwarded ports of the guest: monitor, host metrics and cache metrics.
    private static final List<String> PORTS = List.of("0:10301", "0:9100", "0:9499");

    /// Waits for the end of the boot's background work: until tasks hardly wait for a CPU.
    private static final String SETTLE =
            "timeout 60 sh -c \"until awk -F '[= ]' '/^some/ { exit !(\\$3 < 20) }' /proc/pressure/cpu;"
                    + " do sleep 1; done\" || true";

    private final VmManager machines;
    private final GuestChannel guest;
    private final MonitorPages pages;
    private final Booted booted;

    private DemoVm(VmManager machines, GuestChannel guest, MonitorPages pages, Booted booted) {
        this.machines = machines;
        this.guest = guest;
        this.pages = pages;
        this.booted = booted;
    }

    static DemoVm boot(TemporaryMachines temporary, Path image, VmDemoScript script)
            throws DemoException, VmException, InterruptedException {
        VmManager machines = temporary.machines();
        var published = new PublishedPort[PORTS.size()];
        for (int i = 0; i < published.length; i++) published[i] = PublishedPort.parse(PORTS.get(i));
        machines.create(
                new NewVmSpec(
                        NAME,
                        script.cpus(),
                        script.memory(),
                        Optional.of(image),
                        AcceleratorChoice.AUTO,
                        new Network.User(List.of(published))));
        try {
            return booted(machines, new HostPort("127.0.0.1", published[0].hostPort()));
        } catch (DemoException | VmException | InterruptedException e) {
            delete(machines);
            throw e;
        }
    }

    private static DemoVm booted(VmManager machines, HostPort monitor)
            throws DemoException, VmException, InterruptedException {
        long begun = System.nanoTime();
        RunningVm machine = machines.start(NAME, TIMEOUT);
        var pages = new MonitorPages(monitor);
        try {
            GuestChannel guest = machine.guest(TIMEOUT);
            sh(guest, "pgbench --initialize --quiet --scale=1");
            // QEMU accepts connections on this host's port before the monitor listens in the
            // guest.
            sh(guest, "until wget -q -O - http://127.0.0.1:10301/readyz; do sleep 0.2; done");
            pages.awaitReady(TIMEOUT);
            sh(guest, SETTLE);
            var took = Duration.ofNanos(System.nanoTime() - begun);
            return new DemoVm(
                    machines, guest, pages, new Booted(machine.run().accelerator().title(), took));
        } catch (GuestException | MonitorConnectionException e) {
            pages.close();
            throw new DemoException("the VM does not work", e);
        }
    }

    private static String sh(GuestChannel guest, String script)
            throws DemoException, GuestException, InterruptedException {
        var result = guest.run(TIMEOUT, List.of("sh", "-c", script));
        if (result.exitCode() == 0) return result.output().strip();
        throw new DemoException("the command failed in the guest: " + result.errors().strip());
    }

    Booted booted() {
        return booted;
    }

    MonitorPages pages() {
        return pages;
    }

    GuestChannel guest() {
        return guest;
    }

    /// Runs a script in the guest as root, and returns its output.
    String sh(String script) throws DemoException, InterruptedException {
        try {
            return sh(guest, script);
        } catch (GuestException e) {
            throw new DemoException("the guest does not execute commands", e);
        }
    }

    @Override
    public void close() throws VmException {
        pages.close();
        guest.close();
        delete(machines);
    }

    /// Deletes the VM even if this thread is interrupted meanwhile.
    private static void delete(VmManager machines) throws VmException {
        boolean interrupted = Thread.interrupted();
        while (true) {
            try {
                machines.delete(NAME);
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
