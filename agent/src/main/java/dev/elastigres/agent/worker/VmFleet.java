package dev.elastigres.agent.worker;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.VmEnd;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.monitor.MonitorConnector;
import dev.elastigres.agent.permits.PermitSource;
import dev.elastigres.agent.worker.VmWorker.WorkerContext;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// The VMs of this host, each with its own worker. The caller closes the driver and the permit
/// source after this.
public final class VmFleet implements AutoCloseable {
    private final WorkerContext around;
    private final HttpClient client;
    private final Log log;
    private final Thread finder = Thread.ofVirtual().name("finder").unstarted(this::find);
    private final AtomicLong bugs = new AtomicLong();

    /// Supervisors by VM name. Changed by the finder thread only.
    private final Map<String, VmSupervisor> supervisors = new ConcurrentSkipListMap<>();

    /// Supervisors that were dropped and may not have ended, by VM name.
    private final Map<String, VmSupervisor> leaving = new HashMap<>();

    // Problems that are already logged. Used by the finder thread only.
    private Set<String> loggedProblems = Set.of();
    private Map<String, VmEnd> loggedEnds = Map.of();

    private volatile Optional<String> problem = Optional.empty();
    private volatile Moment lookedAt = now();

    /// Creates a fleet that is not started.
    ///
    /// @param driver finds and resizes the VMs
    /// @param permits permits their sizes
    /// @param rulesOf returns the rules of a VM by its name; thread-safe
    /// @param polling intervals and timeouts
    /// @param listener receives events of the VMs
    /// @param log the agent's log
    public VmFleet(
            Driver driver,
            PermitSource permits,
            Function<String, VmRules> rulesOf,
            PollingConfig polling,
            FleetListener listener,
            Log log) {
        this(driver, permits, rulesOf, KeptVmState.NONE, polling, listener, log);
    }

    /// Creates a fleet that is not started.
    ///
    /// @param kept what is kept of the VMs beyond this fleet
    public VmFleet(
            Driver driver,
            PermitSource permits,
            Function<String, VmRules> rulesOf,
            KeptVmState kept,
            PollingConfig polling,
            FleetListener listener,
            Log log) {
        client =
                HttpClient.newBuilder()
                        .connectTimeout(polling.connectTimeout())
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
        around =
                new WorkerContext(
                        driver,
                        permits,
                        rulesOf,
                        kept,
                        new MonitorConnector(client),
                        polling,
                        listener,
                        log);
        this.log = log;
    }

    /// Starts the discovery of VMs.
    public void start() {
        finder.start();
    }

    /// Returns the status of all VMs whose size was read, by name.
    public List<VmStatus> views() {
        return supervisors.values().stream().flatMap(it -> it.view().stream()).toList();
    }

    /// Returns the VMs whose size has not been read yet, each with its problems.
    public Map<String, Map<String, String>> unseen() {
        var unseen = new TreeMap<String, Map<String, String>>();
        supervisors.forEach(
                (name, supervisor) -> {
                    if (supervisor.view().isEmpty()) unseen.put(name, supervisor.problems());
                });
        return unseen;
    }

    /// Returns the status of one VM; empty if it is unknown or its size was not read yet.
    public Optional<VmStatus> view(String vm) {
        return Optional.ofNullable(supervisors.get(vm)).flatMap(VmSupervisor::view);
    }

    /// Returns what the connected monitor of a VM last reported of itself; empty without one.
    public Optional<HealthDetails> health(String vm) {
        return Optional.ofNullable(supervisors.get(vm)).flatMap(VmSupervisor::health);
    }

    /// Returns the address of a VM's monitor; empty if it is not known or not used.
    public Optional<URI> monitor(String vm) {
        return Optional.ofNullable(supervisors.get(vm))
                .map(it -> it.found().endpoints().monitor())
                .flatMap(
                        it ->
                                it instanceof Endpoint.Available(URI uri, String _)
                                        ? Optional.of(uri)
                                        : Optional.empty());
    }

    /// Returns the number of workers that a bug ended.
    public long bugs() {
        return bugs.get();
    }

    /// Returns why VM discovery fails; empty if it works.
    public Optional<String> problem() {
        return problem;
    }

    /// Returns whether a discovery ended within `timeout`, successfully or not.
    public boolean hasDiscovered(Duration timeout) {
        return now().since(lookedAt).compareTo(timeout) <= 0;
    }

    /// Makes all workers read their rules again.
    public void rulesChanged() {
        supervisors.values().forEach(VmSupervisor::changed);
    }

    /// Returns what the decision about a VM would be with other rules and without a hold. Changes
    /// nothing.
    ///
    /// @return empty if the VM is unknown or its size was not read yet
    public Optional<SizeExplanation> preview(String vm, VmRules rules) {
        return Optional.ofNullable(supervisors.get(vm)).flatMap(it -> it.preview(rules));
    }

    /// Makes the worker of a VM read its hold again.
    public void holdChanged(String vm) {
        sizeChanged(vm);
    }

    /// Makes the worker of a VM read its size again.
    public void sizeChanged(String vm) {
        VmSupervisor supervisor = supervisors.get(vm);
        if (supervisor != null) supervisor.changed();
    }

    private void find() {
        try {
            while (true) {
                Moment next = now().plus(around.polling().discoveryInterval());
                findOnce();
                lookedAt = now();
                Duration rest = next.since(now());
                if (rest.isPositive()) Thread.sleep(rest);
            }
        } catch (InterruptedException _) {
            // Interrupted only to end the thread.
        }
    }

    private void findOnce() throws InterruptedException {
        try {
            take(around.driver().find());
            logDriverProblems();
            if (problem.isPresent()) log.info("VM discovery works again");
            problem = Optional.empty();
        } catch (DriverException e) {
            String why = CauseChain.chain(e);
            if (!problem.equals(Optional.of(why))) log.warn("cannot find VMs", "cause", e);
            problem = Optional.of(why);
        } catch (RuntimeException | Error e) {
            bugs.incrementAndGet();
            log.error("a bug in VM discovery", "cause", e);
            problem = Optional.of("a bug: " + CauseChain.chain(e));
        }
    }

    /// Logs new problems of the driver and deaths of VMs once, and the end of problems.
    private void logDriverProblems() {
        Set<String> now = new LinkedHashSet<>(around.driver().problems());
        for (String each : now)
            if (!loggedProblems.contains(each)) log.warn("problem", "reason", each);
        for (String each : loggedProblems)
            if (!now.contains(each)) log.info("problem solved", "reason", each);
        loggedProblems = now;
        Map<String, VmEnd> ends = around.driver().ends();
        ends.forEach(
                (vm, end) -> {
                    if (!end.equals(loggedEnds.get(vm)))
                        log.warn(
                                end.died() ? "VM died" : "VM ended", "vm", vm, "reason", end.why());
                });
        loggedEnds = ends;
    }

    private void take(List<DiscoveredVm> found) {
        leaving.values().removeIf(VmSupervisor::isOver);
        Set<String> there = new HashSet<>();
        for (DiscoveredVm vm : found) {
            there.add(vm.name());
            VmSupervisor known = supervisors.get(vm.name());
            if (known != null && known.found().life().equals(vm.life())) {
                known.foundAgain(vm);
                continue;
            }
            if (known != null) drop(known, "it was restarted or moved");
            var before = Optional.ofNullable(leaving.get(vm.name()));
            var supervisor = new VmSupervisor(vm, before, around, bugs);
            supervisors.put(vm.name(), supervisor);
            supervisor.start();
        }
        Map<String, VmEnd> ends = around.driver().ends();
        for (VmSupervisor supervisor : supervisors.values()) {
            String name = supervisor.found().name();
            if (there.contains(name)) continue;
            VmEnd end = ends.get(name);
            drop(supervisor, end == null ? "it does not run any more" : "it " + end.text());
        }
        around.listener().discovered(Set.copyOf(there));
    }

    /// @param why one clause
    private void drop(VmSupervisor supervisor, String why) {
        String name = supervisor.found().name();
        supervisors.remove(name);
        leaving.put(name, supervisor);
        supervisor.end(why);
        log.info("VM is gone", "vm", name, "reason", why);
    }

    /// Stops all workers. The VMs keep their sizes.
    @Override
    public void close() {
        try {
            finder.interrupt();
            finder.join();
            supervisors.values().forEach(VmSupervisor::interrupt);
            for (VmSupervisor supervisor : supervisors.values()) supervisor.await();
            for (VmSupervisor supervisor : leaving.values()) supervisor.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            client.shutdownNow();
        }
    }
}
