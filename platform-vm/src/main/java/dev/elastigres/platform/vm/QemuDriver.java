package dev.elastigres.platform.vm;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.agent.driver.VmEnd;
import dev.elastigres.agent.driver.VmOwnership;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Resources;
import dev.elastigres.vm.ResizeRequest;
import dev.elastigres.vm.RunningVm;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.VmReport;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The driver of this user's QEMU machines on this host.
public final class QemuDriver implements Driver {
    /// CPUs are switched on and off whole; memory changes in blocks.
    public static final Resources GRAIN = new Resources(1, MemoryRange.BLOCK);

    /// Maximum wait for another command on the same VM; the resize itself needs the rest of the
    /// timeout.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration DEAD_FOR = Duration.ofSeconds(2);

    private final VmManager machines;

    /// Number of online CPUs seen last, by VM life. It avoids repeated queries, because a guest
    /// that is short of memory answers them slowly.
    private final Map<String, Integer> cpus = new ConcurrentHashMap<>();

    private final VmOwnership ownership;
    private final Clock clock;
    private volatile List<String> problems = List.of();
    private volatile Map<String, VmEnd> ends = Map.of();
    private volatile Optional<Set<String>> names = Optional.empty();

    /// The time and reason of each VM's death as first observed. Used by [#find] only.
    private final Map<String, VmDeath> deaths = new HashMap<>();

    private record VmDeath(String why, Instant seenAt) {}

    /// Creates a driver that may change all VMs.
    public QemuDriver(VmManager machines) {
        this(machines, VmOwnership.none());
    }

    /// @param ownership of the VMs that it may change; closed with the driver
    public QemuDriver(VmManager machines, VmOwnership ownership) {
        this(machines, ownership, Clock.systemUTC());
    }

    QemuDriver(VmManager machines, VmOwnership ownership, Clock clock) {
        this.machines = machines;
        this.ownership = ownership;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "vm";
    }

    @Override
    public String searched() {
        return machines.folder().toString();
    }

    @Override
    public List<DiscoveredVm> find() throws DriverException {
        try {
            VmManager.VmSurvey survey = machines.survey();
            var found = new ArrayList<DiscoveredVm>();
            var others = new TreeMap<String, List<String>>();
            var running = new HashSet<String>();
            for (RunningVm each : survey.running()) {
                String name = each.spec().name();
                String life = life(each.run());
                running.add(name);
                Optional<String> other = ownership.take(name, life, each.folder().agentLock());
                if (other.isPresent())
                    others.computeIfAbsent(other.get(), _ -> new ArrayList<>()).add(name);
                else found.add(QemuSizes.found(each.spec(), each.run(), life));
            }
            ownership.keepOnly(running);
            forgetAllBut(found);
            problems = VmOwnership.problems(others);
            ends = lasting(survey.dead());
            names = Optional.of(survey.names());
            return found;
        } catch (VmException e) {
            throw new DriverException.Failed("cannot look for VMs", e);
        }
    }

    /// Returns the VMs that have been dead for two seconds, because a VM that is being stopped also
    /// looks dead briefly.
    private Map<String, VmEnd> lasting(Map<String, String> seen) {
        Instant now = clock.instant();
        var lasting = new TreeMap<String, VmEnd>();
        deaths.keySet().retainAll(seen.keySet());
        seen.forEach(
                (name, why) -> {
                    VmDeath known = deaths.get(name);
                    if (known == null || !known.why.equals(why)) {
                        known = new VmDeath(why, now);
                        deaths.put(name, known);
                    }
                    if (!now.isBefore(known.seenAt.plus(DEAD_FOR)))
                        lasting.put(
                                name,
                                new VmEnd(
                                        true,
                                        why
                                                + "; `elastigres vm start "
                                                + name
                                                + "` starts it anew"));
                });
        return Map.copyOf(lasting);
    }

    @Override
    public List<String> problems() {
        return problems;
    }

    @Override
    public Map<String, VmEnd> ends() {
        return ends;
    }

    @Override
    public Optional<Set<String>> names() {
        return names;
    }

    private void forgetAllBut(List<DiscoveredVm> found) {
        Set<String> lives = new HashSet<>();
        for (DiscoveredVm each : found) lives.add(key(each));
        cpus.keySet().retainAll(lives);
    }

    /// Returns an identity that changes with each start and with each move to another QEMU process.
    private static String life(VmRun run) {
        return run.incarnation() + "-" + run.qemu().startTicks();
    }

    private static String key(DiscoveredVm vm) {
        return vm.name() + "/" + vm.life();
    }

    @Override
    public ObservedSize look(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException {
        try {
            VmReport report = machines.show(vm.name());
            if (!(report.state() instanceof VmState.Running(VmRun run))
                    || !life(run).equals(vm.life())) throw gone(vm);
            if (report.stall().isPresent()) throw silent(report.stall().get(), vm);
            VmReport.MemoryReport memory =
                    report.memory()
                            .orElseThrow(() -> silent("QEMU does not say what memory it has", vm));
            int on =
                    report.cpus()
                            .orElseThrow(() -> silent("its guest does not count its CPUs", vm));
            cpus.put(key(vm), on);
            return new ObservedSize(
                    new Resources(on, memory.current()), new Resources(on, memory.requested()));
        } catch (VmException.Refused _) {
            throw gone(vm);
        } catch (VmException e) {
            throw new DriverException.Failed("cannot look at " + vm.name(), e);
        }
    }

    private static DriverException.Failed silent(String why, DiscoveredVm vm) {
        return new DriverException.Failed("cannot see the size of " + vm.name() + ": " + why);
    }

    private static DriverException.Gone gone(DiscoveredVm vm) {
        return new DriverException.Gone(vm.name() + " does not run any more");
    }

    @Override
    public ResizeOutcome resize(DiscoveredVm vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        check(vm);
        int wanted = QemuSizes.wholeCpus(to);
        boolean stay = Integer.valueOf(wanted).equals(cpus.get(key(vm)));
        if (!stay) cpus.remove(key(vm));
        var wish =
                new ResizeRequest(
                        stay ? OptionalInt.empty() : OptionalInt.of(wanted),
                        Optional.of(to.memory()),
                        true,
                        rest(within));
        try {
            ResizeRequest.MachineResizeOutcome outcome = machines.resize(vm.name(), wish, PATIENCE);
            cpus.put(key(vm), wanted);
            return QemuSizes.outcome(outcome, wanted, to.memory());
        } catch (VmException e) {
            // The request was refused or another command works on the VM; the next look or attempt
            // shows more.
            return new ResizeOutcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private void check(DiscoveredVm vm) throws DriverException {
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
    public void close() {
        ownership.close();
    }
}
