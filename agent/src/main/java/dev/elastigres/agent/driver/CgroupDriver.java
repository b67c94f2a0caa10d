package dev.elastigres.agent.driver;

import static dev.elastigres.daemon.thread.MonotonicClock.now;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.KernelText;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Sizes Postgres without a VM: the cgroup v2 of a systemd unit or a container on this host. The
/// size is `memory.max` and `cpu.max`; without a limit it is the size of the host.
///
/// A size takes effect when it is written, so the requested size is always the current one.
public final class CgroupDriver implements Driver {
    private static final int TURNS = 64;

    /// Minimum distance between usage and a lower limit: the kernel kills processes when a limit is
    /// reached.
    static final Bytes BUFFER = MemoryRules.DEFAULT.downscaleBuffer();

    /// No machine has more memory than 4 PiB.
    private static final double MAX_KIBIBYTES = 0x1p42;

    private static final Pattern CPU = Pattern.compile("cpu\\d+ .*");

    private final CgroupConfig cgroups;
    private final Path procfs;
    private final VmOwnership ownership;
    private final Path locks;
    private final Optional<OriginalLimits> originals;
    private final CgroupSearch search;

    /// Serializes the calls for each cgroup in arrival order, so an abandoned call ends before a
    /// later one begins. The lock is chosen by the cgroup's name; some cgroups share one.
    private final List<Lock> cgroupLocks =
            Stream.<Lock>generate(() -> new ReentrantLock(true)).limit(TURNS).toList();

    /// Cgroups of the latest discovery, by name.
    private volatile Map<String, Cgroup> known = Map.of();

    private final CgroupEnds ends;

    /// Reads `procfs`, whose files may be served by lxcfs and not answer.
    private final KernelReader kernel = new KernelReader();

    private volatile List<String> problems = List.of();
    private volatile Map<String, VmEnd> lastEnds = Map.of();
    private volatile Optional<Set<String>> names = Optional.empty();

    /// Creates a driver that may change every cgroup it finds and does not save former limits.
    ///
    /// @param procfs usually `/proc`
    public CgroupDriver(CgroupConfig cgroups, Path procfs) {
        this(
                cgroups,
                procfs,
                VmOwnership.none(),
                Path.of(""),
                Optional.empty(),
                InstantSource.system());
    }

    /// @param procfs usually `/proc`
    /// @param ownership of the cgroups that it may change; closed with the driver
    /// @param locks directory of the files that agents on this host lock, and of [OriginalLimits]
    public CgroupDriver(CgroupConfig cgroups, Path procfs, VmOwnership ownership, Path locks) {
        this(
                cgroups,
                procfs,
                ownership,
                locks,
                Optional.of(new OriginalLimits(locks)),
                InstantSource.system());
    }

    CgroupDriver(
            CgroupConfig cgroups,
            Path procfs,
            VmOwnership ownership,
            Path locks,
            Optional<OriginalLimits> originals,
            InstantSource clock) {
        ends = new CgroupEnds(clock);
        this.cgroups = cgroups;
        this.procfs = procfs;
        this.ownership = ownership;
        this.locks = locks;
        this.originals = originals;
        search = new CgroupSearch(cgroups.root());
    }

    @Override
    public String name() {
        return "cgroup";
    }

    @Override
    public String searched() {
        return cgroups.root().toString();
    }

    @Override
    public List<String> problems() {
        return problems;
    }

    @Override
    public Map<String, VmEnd> ends() {
        return lastEnds;
    }

    @Override
    public Optional<Set<String>> names() {
        return names;
    }

    @Override
    public List<DiscoveredVm> find() throws DriverException, InterruptedException {
        checkHierarchy();
        var finding = new DiscoveryResult();
        for (var each : cgroups.watched()) {
            var cgroup = new Cgroup(cgroups.root().resolve(each.cgroup()).normalize());
            if (cgroup.presence() == Cgroup.CgroupPresence.ABSENT)
                finding.problems.add(
                        "there is no cgroup %s for %s: is its Postgres running?"
                                .formatted(cgroup.folder(), each.name()));
            else finding.add(each.name(), cgroup, each.bounds(), each.endpoints());
        }
        for (var each : cgroups.matching()) {
            List<Path> folders = below(each);
            VmEndpoints endpoints = doors(each, folders);
            if (folders.isEmpty()) finding.problems.add(search.without(each, now()));
            for (Path folder : folders) {
                var cgroup = new Cgroup(folder);
                if (!finding.byName.containsValue(cgroup))
                    finding.add(folder.getFileName().toString(), cgroup, each.bounds(), endpoints);
            }
        }
        ownership.keepOnly(finding.byName.keySet());
        known = Map.copyOf(finding.byName);
        Map<DiscoveredVm, Cgroup> own = new HashMap<>();
        for (DiscoveredVm each : finding.found) own.put(each, known.get(each.name()));
        ends.update(own);
        lastEnds = ends.all();
        finding.problems.addAll(VmOwnership.problems(finding.others));
        problems = List.copyOf(finding.problems);
        // A cgroup that is configured by name need not exist.
        Set<String> all = new HashSet<>(finding.byName.keySet());
        cgroups.watched().forEach(it -> all.add(it.name()));
        names = Optional.of(Set.copyOf(all));
        return finding.found;
    }

    /// Rejects a hierarchy of version 1, in which this driver would find nothing without an
    /// explanation.
    private void checkHierarchy() throws DriverException.Failed {
        Path root = cgroups.root();
        // The code that lists the root reports a missing directory.
        if (!Files.isDirectory(root)) return;
        Optional<String> problem = CgroupDiagnosis.hierarchyProblem(root);
        if (problem.isPresent())
            throw new DriverException.Failed(
                    problem.get() + ": " + CgroupDiagnosis.HIERARCHY_REMEDY);
    }

    /// Returns the endpoints of the pattern; unreachable if several cgroups match, because one
    /// monitor can belong to one cgroup at most.
    private static VmEndpoints doors(CgroupConfig.CgroupPattern matching, List<Path> folders) {
        if (folders.size() < 2) return matching.endpoints();
        var shared =
                new Endpoint.Unreachable(
                        "%d cgroups match %s and cannot share one address: give each a section of its own, [vm.NAME]"
                                .formatted(folders.size(), matching.glob()));
        return new VmEndpoints(
                unless(matching.endpoints().monitor(), shared),
                unless(matching.endpoints().host(), shared),
                unless(matching.endpoints().cache(), shared));
    }

    private static Endpoint unless(Endpoint endpoint, Endpoint.Unreachable shared) {
        return endpoint instanceof Endpoint.Available ? shared : endpoint;
    }

    /// The result of one discovery.
    private final class DiscoveryResult {
        final List<DiscoveredVm> found = new ArrayList<>();
        final Map<String, Cgroup> byName = new LinkedHashMap<>();
        final List<String> problems = new ArrayList<>();
        final Map<String, List<String>> others = new TreeMap<>();

        void add(String name, Cgroup cgroup, SizeBounds bounds, VmEndpoints endpoints)
                throws DriverException {
            if (cgroup.presence() == Cgroup.CgroupPresence.UNLIMITABLE)
                problems.add(cgroup.cannotBeLimited());
            Optional<String> life = cgroup.life();
            if (life.isEmpty()) return;
            Cgroup other = byName.put(name, cgroup);
            if (other != null)
                throw new DriverException.Failed(
                        "two cgroups are called %s, %s and %s: give one of them a name of its own"
                                .formatted(name, other.folder(), cgroup.folder()));
            Optional<String> owner = ownership.take(name, life.get(), lock(cgroup));
            if (owner.isPresent())
                others.computeIfAbsent(owner.get(), _ -> new ArrayList<>()).add(name);
            else found.add(new DiscoveredVm(name, life.get(), bounds, endpoints));
        }
    }

    /// Returns the lock file of a cgroup. Its path in the hierarchy names the file, whatever the
    /// settings call the cgroup.
    private Path lock(Cgroup cgroup) {
        Path folder = cgroup.folder();
        Path root = cgroups.root();
        String place = (folder.startsWith(root) ? root.relativize(folder) : folder).toString();
        return locks.resolve("cgroup-" + URLEncoder.encode(place, UTF_8) + ".lock");
    }

    private List<Path> below(CgroupConfig.CgroupPattern matching) throws DriverException {
        try {
            return matching.below(cgroups.root());
        } catch (IOException e) {
            throw new DriverException.Failed(
                    "cannot list the cgroups in " + cgroups.root() + ": " + KernelFile.reason(e));
        }
    }

    @Override
    public ObservedSize look(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException {
        Lock lock = await(vm, within);
        try {
            Resources size = size(live(vm));
            live(vm);
            return new ObservedSize(size, size);
        } catch (DriverException.Failed e) {
            live(vm);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /// Writes the new limits. Lowering the memory limit may take the kernel some time, during which
    /// it writes back and drops cache.
    @Override
    public ResizeOutcome resize(DiscoveredVm vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        Lock lock = await(vm, within);
        try {
            Cgroup cgroup = live(vm);
            Resources current = size(cgroup);
            if (originals.isPresent()) originals.get().save(cgroup, lock(cgroup), vm.life());
            if (current.memory().isLessThan(to.memory()))
                cgroup.limitMemory(Optional.of(to.memory()));
            if (current.vcpus() != to.vcpus()) cgroup.limitVcpus(to.vcpus());
            if (to.memory().isLessThan(current.memory())) lower(cgroup, to.memory());
            Resources now = size(cgroup);
            live(vm);
            return now.equals(to) ? new ResizeOutcome.Done(now) : new ResizeOutcome.Partial(now);
        } catch (DriverException.Failed e) {
            live(vm);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private static void lower(Cgroup cgroup, Bytes to)
            throws DriverException, InterruptedException {
        if (!fits(cgroup, to)) return;
        Optional<Bytes> before = cgroup.memory();
        cgroup.limitMemory(Optional.of(to));
        // Usage may have grown in the meantime.
        if (!fits(cgroup, to)) cgroup.limitMemory(before);
    }

    private static boolean fits(Cgroup cgroup, Bytes limit)
            throws DriverException, InterruptedException {
        return !limit.isLessThan(cgroup.usage().plus(BUFFER));
    }

    private Lock await(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException {
        Lock lock = cgroupLocks.get(Math.floorMod(vm.name().hashCode(), TURNS));
        if (!lock.tryLock(within.toNanos(), TimeUnit.NANOSECONDS))
            throw new DriverException.Failed(
                    "an earlier call for %s has not ended within %d ms"
                            .formatted(vm.name(), within.toMillis()));
        return lock;
    }

    private Cgroup live(DiscoveredVm vm) throws DriverException {
        Cgroup cgroup = known.get(vm.name());
        if (cgroup == null)
            throw new DriverException.Gone("there is no cgroup called " + vm.name());
        if (!cgroup.life().equals(Optional.of(vm.life())))
            throw new DriverException.Gone(cgroup.folder() + " is gone, or was recreated");
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

    private double hostVcpus() throws DriverException {
        Path stat = procfs.resolve("stat");
        KernelText text = kernel.read(stat);
        long count = Arrays.stream(text.lines()).filter(CPU.asMatchPredicate()).count();
        if (count == 0)
            throw new DriverException.Failed(text.problem().orElse(stat + " lists no CPUs"));
        return count;
    }

    private Bytes hostMemory() throws DriverException {
        Path meminfo = procfs.resolve("meminfo");
        KernelText text = kernel.read(meminfo);
        OptionalDouble total = text.number("MemTotal:");
        if (total.isEmpty() || total.getAsDouble() > MAX_KIBIBYTES)
            throw new DriverException.Failed(
                    text.problem().orElse(meminfo + " has unexpected content"));
        return Bytes.ofKibibytes((long) total.getAsDouble()).roundedDownToMebibytes();
    }

    @Override
    public void close() {
        ownership.close();
        kernel.close();
    }
}
