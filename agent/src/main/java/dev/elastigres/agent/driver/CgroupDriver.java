package dev.elastigres.agent.driver;

import dev.elastigres.agent.driver.Found.Bounds;
import dev.elastigres.agent.driver.Found.Doors;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Postgres without a VM: the cgroup v2 of a systemd unit or a container on this host. Its size is
/// its `memory.max` and `cpu.max`; without a limit it has what the host has.
///
/// A size is in force once it is written, so what a cgroup was asked to have is what it has.
public final class CgroupDriver implements Driver {
    private static final int TURNS = 64;

    /// Below a limit that is reached the kernel kills, so a lower one must leave some room.
    private static final Bytes BUFFER = MemoryRules.DEFAULT.downscaleBuffer();

    private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+(\\d{1,15}) kB$");
    private static final Pattern CPU = Pattern.compile("(?m)^cpu\\d+ ");

    private final Cgroups cgroups;
    private final Path procfs;

    /// One call at a time for each cgroup, in their order: what was given up ends before what comes
    /// after it begins. A cgroup's is chosen by its name, some share one.
    private final List<Lock> turns =
            Stream.<Lock>generate(() -> new ReentrantLock(true)).limit(TURNS).toList();

    /// As found the last time, by name.
    private volatile Map<String, Cgroup> known = Map.of();

    /// @param procfs usually `/proc`
    public CgroupDriver(Cgroups cgroups, Path procfs) {
        this.cgroups = cgroups;
        this.procfs = procfs;
    }

    @Override
    public String name() {
        return "cgroup";
    }

    @Override
    public List<Found> find() throws DriverException {
        var found = new ArrayList<Found>();
        var byName = new LinkedHashMap<String, Cgroup>();
        for (var each : cgroups.watched()) {
            var cgroup = new Cgroup(cgroups.root().resolve(each.cgroup()).normalize());
            add(found, byName, each.name(), cgroup, each.bounds(), each.doors());
        }
        for (var each : cgroups.matching())
            for (Path folder : below(each)) {
                var cgroup = new Cgroup(folder);
                if (byName.containsValue(cgroup)) continue;
                String name = folder.getFileName().toString();
                add(found, byName, name, cgroup, each.bounds(), each.doors());
            }
        known = Map.copyOf(byName);
        return found;
    }

    private static void add(
            List<Found> found,
            Map<String, Cgroup> byName,
            String name,
            Cgroup cgroup,
            Bounds bounds,
            Doors doors)
            throws DriverException {
        Optional<String> life = cgroup.life();
        if (life.isEmpty()) return;
        Cgroup other = byName.put(name, cgroup);
        if (other != null)
            throw new DriverException.Failed(
                    "two cgroups are called %s, %s and %s: give one of them a name of its own"
                            .formatted(name, other.folder(), cgroup.folder()));
        found.add(new Found(name, life.get(), bounds, doors));
    }

    private List<Path> below(Cgroups.Matching matching) throws DriverException {
        try {
            return matching.below(cgroups.root());
        } catch (IOException e) {
            throw new DriverException.Failed(
                    "cannot list the cgroups in " + cgroups.root() + ": " + KernelFile.reason(e));
        }
    }

    @Override
    public Looked look(Found vm, Duration within) throws DriverException, InterruptedException {
        Lock turn = await(vm, within);
        try {
            Resources size = size(live(vm));
            live(vm);
            return new Looked(size, size);
        } catch (DriverException.Failed e) {
            live(vm);
            throw e;
        } finally {
            turn.unlock();
        }
    }

    /// Lowering the limit may take the kernel some time, in which it writes and drops cache.
    @Override
    public Outcome resize(Found vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        Lock turn = await(vm, within);
        try {
            Cgroup cgroup = live(vm);
            Resources has = size(cgroup);
            if (has.memory().isLessThan(to.memory())) cgroup.limitMemory(Optional.of(to.memory()));
            if (has.vcpus() != to.vcpus()) cgroup.limitVcpus(to.vcpus());
            if (to.memory().isLessThan(has.memory())) lower(cgroup, to.memory());
            Resources now = size(cgroup);
            live(vm);
            return now.equals(to) ? new Outcome.Done(now) : new Outcome.Partial(now);
        } catch (DriverException.Failed e) {
            live(vm);
            throw e;
        } finally {
            turn.unlock();
        }
    }

    private static void lower(Cgroup cgroup, Bytes to)
            throws DriverException, InterruptedException {
        if (!fits(cgroup, to)) return;
        Optional<Bytes> before = cgroup.memory();
        cgroup.limitMemory(Optional.of(to));
        // More may have been taken up in between.
        if (!fits(cgroup, to)) cgroup.limitMemory(before);
    }

    private static boolean fits(Cgroup cgroup, Bytes limit)
            throws DriverException, InterruptedException {
        return !limit.isLessThan(cgroup.usage().plus(BUFFER));
    }

    private Lock await(Found vm, Duration within) throws DriverException, InterruptedException {
        Lock turn = turns.get(Math.floorMod(vm.name().hashCode(), TURNS));
        if (!turn.tryLock(within.toNanos(), TimeUnit.NANOSECONDS))
            throw new DriverException.Failed(
                    "what was begun before for %s has not ended within %d ms"
                            .formatted(vm.name(), within.toMillis()));
        return turn;
    }

    private Cgroup live(Found vm) throws DriverException {
        Cgroup cgroup = known.get(vm.name());
        if (cgroup == null)
            throw new DriverException.Gone("there is no cgroup called " + vm.name());
        if (!cgroup.life().equals(Optional.of(vm.life())))
            throw new DriverException.Gone(cgroup.folder() + " is gone, or was made anew");
        return cgroup;
    }

    private Resources size(Cgroup cgroup) throws DriverException, InterruptedException {
        Optional<Double> vcpus = cgroup.vcpus();
        Optional<Bytes> memory = cgroup.memory();
        return new Resources(
                        vcpus.isPresent() ? vcpus.get() : hostVcpus(),
                        memory.isPresent() ? memory.get() : hostMemory())
                .inThousandths();
    }

    private double hostVcpus() throws DriverException, InterruptedException {
        var stat = new KernelFile(procfs.resolve("stat"));
        long count = CPU.matcher(stat.text()).results().count();
        if (count == 0) throw new DriverException.Failed(stat.path() + " lists no CPUs");
        return count;
    }

    private Bytes hostMemory() throws DriverException, InterruptedException {
        return Bytes.ofKibibytes(new KernelFile(procfs.resolve("meminfo")).number(TOTAL))
                .roundedDownToMebibytes();
    }

    @Override
    public void close() {}
}
