package dev.elastigres.platform.vm;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.driver.Looked;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.units.Resources;
import dev.elastigres.vm.Machines;
import dev.elastigres.vm.Resize;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmReport;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The QEMU machines of this user on this host.
public final class VmDriver implements Driver {
    /// Another command on a VM is waited for this long; the resize itself needs the rest.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Machines machines;

    /// How many CPUs were last seen to be on, by life: a guest that is short of memory takes long
    /// to say so, and is not asked again for nothing.
    private final Map<String, Integer> cpus = new ConcurrentHashMap<>();

    public VmDriver(Machines machines) {
        this.machines = machines;
    }

    @Override
    public String name() {
        return "vm";
    }

    @Override
    public List<Found> find() throws DriverException {
        try {
            List<Found> found =
                    machines.running().stream()
                            .map(it -> VmSizes.found(it.spec(), life(it.run())))
                            .toList();
            forgetAllBut(found);
            return found;
        } catch (VmException e) {
            throw new DriverException.Failed("cannot look for VMs", e);
        }
    }

    private void forgetAllBut(List<Found> found) {
        Set<String> lives = new HashSet<>();
        for (Found each : found) lives.add(key(each));
        cpus.keySet().retainAll(lives);
    }

    /// Another one after each start, and after each move to another QEMU.
    private static String life(VmRun run) {
        return run.incarnation() + "-" + run.qemu().startTicks();
    }

    private static String key(Found vm) {
        return vm.name() + "/" + vm.life();
    }

    @Override
    public Looked look(Found vm, Duration within) throws DriverException, InterruptedException {
        try {
            VmReport report = machines.show(vm.name());
            if (!(report.state() instanceof VmState.Running(VmRun run))
                    || !life(run).equals(vm.life())) throw gone(vm);
            VmReport.Memory memory =
                    report.memory()
                            .orElseThrow(() -> silent("QEMU does not say what memory it has", vm));
            int on =
                    report.cpus()
                            .orElseThrow(() -> silent("its guest does not count its CPUs", vm));
            cpus.put(key(vm), on);
            return new Looked(
                    new Resources(on, memory.has()), new Resources(on, memory.requested()));
        } catch (VmException.Refused _) {
            throw gone(vm);
        } catch (VmException e) {
            throw new DriverException.Failed("cannot look at " + vm.name(), e);
        }
    }

    private static DriverException.Failed silent(String why, Found vm) {
        return new DriverException.Failed("cannot see the size of " + vm.name() + ": " + why);
    }

    private static DriverException.Gone gone(Found vm) {
        return new DriverException.Gone(vm.name() + " does not run any more");
    }

    @Override
    public Outcome resize(Found vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        check(vm);
        int wanted = VmSizes.wholeCpus(to);
        boolean stay = Integer.valueOf(wanted).equals(cpus.get(key(vm)));
        if (!stay) cpus.remove(key(vm));
        var wish =
                new Resize(
                        stay ? OptionalInt.empty() : OptionalInt.of(wanted),
                        Optional.of(to.memory()),
                        true,
                        rest(within));
        try {
            Resize.Outcome outcome = machines.resize(vm.name(), wish, PATIENCE);
            cpus.put(key(vm), wanted);
            return VmSizes.outcome(outcome, wanted, to.memory());
        } catch (VmException e) {
            // Refused, or another command works on it: the next look or try finds out more.
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private void check(Found vm) throws DriverException {
        try {
            if (!life(machines.running(vm.name()).run()).equals(vm.life())) throw gone(vm);
        } catch (VmException.Refused _) {
            throw gone(vm);
        } catch (VmException e) {
            throw new DriverException.Failed("cannot find " + vm.name(), e);
        }
    }

    private static Duration rest(Duration within) {
        Duration rest = within.minus(PATIENCE);
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    @Override
    public void close() {}
}
