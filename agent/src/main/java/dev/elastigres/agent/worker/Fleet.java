package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.monitor.Switchboard;
import dev.elastigres.agent.permits.Permits;
import dev.elastigres.agent.worker.Worker.Surroundings;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.daemon.log.Log;
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

/// The VMs of this host, each with a worker of its own. The driver and the permits are the caller's
/// to close, after this.
public final class Fleet implements AutoCloseable {
    private final Surroundings around;
    private final HttpClient client;
    private final Log log;
    private final Thread finder = Thread.ofVirtual().name("finder").unstarted(this::find);
    private final AtomicLong bugs = new AtomicLong();

    /// By name. Only the finder changes it, and after its end who closes.
    private final Map<String, Place> places = new ConcurrentSkipListMap<>();

    /// Those that were dropped and may not have ended, by name.
    private final Map<String, Place> leaving = new HashMap<>();

    // What the log says already. Of the finder alone.
    private Set<String> toldOfDriver = Set.of();
    private Map<String, String> toldDead = Map.of();

    private volatile Optional<String> trouble = Optional.empty();
    private volatile Moment lookedAt = now();

    /// @param rulesOf what is set for the VM of a name; any thread may ask
    public Fleet(
            Driver driver,
            Permits permits,
            Function<String, VmRules> rulesOf,
            Pace pace,
            Onlooker onlooker,
            Log log) {
        client =
                HttpClient.newBuilder()
                        .connectTimeout(pace.connectLimit())
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
        around =
                new Surroundings(
                        driver, permits, rulesOf, new Switchboard(client), pace, onlooker, log);
        this.log = log;
    }

    public void start() {
        finder.start();
    }

    /// All VMs that were seen, by name.
    public List<VmView> views() {
        return places.values().stream().flatMap(it -> it.view().stream()).toList();
    }

    /// The VMs that were found and could not be looked at yet, each with what is in trouble.
    public Map<String, Map<String, String>> unseen() {
        var unseen = new TreeMap<String, Map<String, String>>();
        places.forEach(
                (name, place) -> {
                    if (place.view().isEmpty()) unseen.put(name, place.troubles());
                });
        return unseen;
    }

    public Optional<VmView> view(String vm) {
        return Optional.ofNullable(places.get(vm)).flatMap(Place::view);
    }

    /// How often a bug ended a worker.
    public long bugs() {
        return bugs.get();
    }

    /// Why it is not known which VMs there are, while that is so.
    public Optional<String> trouble() {
        return trouble;
    }

    /// Whether it was looked which VMs there are within `limit`, successfully or not.
    public boolean hasLooked(Duration limit) {
        return now().since(lookedAt).compareTo(limit) <= 0;
    }

    /// What is set for the VMs may be something else now.
    public void rulesChanged() {
        places.values().forEach(Place::changed);
    }

    /// The size of a VM may be another now.
    public void sizeChanged(String vm) {
        Place place = places.get(vm);
        if (place != null) place.changed();
    }

    private void find() {
        try {
            while (true) {
                Moment next = now().plus(around.pace().findEvery());
                findOnce();
                lookedAt = now();
                Duration rest = next.since(now());
                if (rest.isPositive()) Thread.sleep(rest);
            }
        } catch (InterruptedException _) {
            // Nobody interrupts it but to end it.
        }
    }

    private void findOnce() throws InterruptedException {
        try {
            take(around.driver().find());
            tellOfDriver();
            if (trouble.isPresent()) log.info("VMs are found again");
            trouble = Optional.empty();
        } catch (DriverException e) {
            String why = Causes.chain(e);
            if (!trouble.equals(Optional.of(why))) log.warn("cannot find VMs", "cause", e);
            trouble = Optional.of(why);
        } catch (RuntimeException | Error e) {
            bugs.incrementAndGet();
            log.error("a bug in finding VMs", "cause", e);
            trouble = Optional.of("a bug: " + Causes.chain(e));
        }
    }

    /// Each trouble and each death once, and what is over.
    private void tellOfDriver() {
        Set<String> now = new LinkedHashSet<>(around.driver().troubles());
        for (String each : now)
            if (!toldOfDriver.contains(each)) log.warn("trouble", "reason", each);
        for (String each : toldOfDriver)
            if (!now.contains(each)) log.info("trouble is over", "reason", each);
        toldOfDriver = now;
        Map<String, String> dead = around.driver().dead();
        dead.forEach(
                (vm, why) -> {
                    if (!why.equals(toldDead.get(vm))) log.warn("VM died", "vm", vm, "reason", why);
                });
        toldDead = dead;
    }

    private void take(List<Found> found) {
        leaving.values().removeIf(Place::isOver);
        Set<String> there = new HashSet<>();
        for (Found vm : found) {
            there.add(vm.name());
            Place known = places.get(vm.name());
            if (known != null && known.found().life().equals(vm.life())) {
                known.foundAgain(vm);
                continue;
            }
            if (known != null) drop(known, "it was started again, or moved");
            var before = Optional.ofNullable(leaving.get(vm.name()));
            var place = new Place(vm, before, around, bugs);
            places.put(vm.name(), place);
            place.start();
        }
        Map<String, String> dead = around.driver().dead();
        for (Place place : places.values()) {
            String name = place.found().name();
            if (there.contains(name)) continue;
            String died = dead.get(name);
            drop(place, died == null ? "it does not run any more" : "it died: " + died);
        }
    }

    /// @param why one clause
    private void drop(Place place, String why) {
        String name = place.found().name();
        places.remove(name);
        leaving.put(name, place);
        place.end(why);
        log.info("VM is gone", "vm", name, "reason", why);
    }

    /// Ends all that is under way. The VMs stay as they are.
    @Override
    public void close() {
        try {
            finder.interrupt();
            finder.join();
            places.values().forEach(Place::interrupt);
            for (Place place : places.values()) place.await();
            for (Place place : leaving.values()) place.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            client.shutdownNow();
        }
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }
}
