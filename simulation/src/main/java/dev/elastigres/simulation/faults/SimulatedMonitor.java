package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.Event;
import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// Simulates the monitor in a VM and its connection to the agent. Requests of the agent arrive in
/// order or get lost.
final class SimulatedMonitor {
    private static final Duration WATCHES = Duration.ofSeconds(1);
    private static final MemoryRules RULES = MemoryRules.DEFAULT;

    private final Timeline time;
    private final SeededRandom random;
    private final SimulatedMachine machine;
    private final SimulatedLoad load;
    private final boolean statesSizes;
    private final Consumer<Event> agent;

    /// The live session; messages of other sessions are dropped.
    private long session;
    private boolean connected;

    /// Arrival time of the last message in transit; no later message overtakes it.
    private Duration lastArrival = Duration.ZERO;

    SimulatedMonitor(
            Timeline time,
            SeededRandom random,
            SimulatedMachine machine,
            SimulatedLoad load,
            boolean statesSizes,
            Consumer<Event> agent) {
        this.time = time;
        this.random = random;
        this.machine = machine;
        this.load = load;
        this.statesSizes = statesSizes;
        this.agent = agent;
        time.after(WATCHES, this::watch);
    }

    void connect(long newSession) {
        session = newSession;
        connected = true;
        lastArrival = time.now();
        // Only a monitor of protocol v1.1 can state sizes.
        agent.accept(new Event.MonitorFound(newSession, !statesSizes));
    }

    boolean isConnected() {
        return connected;
    }

    /// Cuts the connection; messages in transit are lost.
    void cut() {
        if (!connected) return;
        connected = false;
        agent.accept(new Event.MonitorLost(session));
    }

    /// Drops the connection of an agent that was killed, without an event.
    void forgetAgent() {
        connected = false;
    }

    void told(long from, long id, Resources size) {
        arrive(
                from,
                () -> {
                    machine.promise(size);
                    reply(from, new Event.UpscaleConfirmed(from, id));
                });
    }

    void asked(long from, long id, Resources target) {
        arrive(
                from,
                () -> {
                    if (random.fault(0.05)) {
                        reply(from, new Event.MonitorFailed(from, id, "Postgres is hung"));
                    } else if (refuses(target)) {
                        reply(
                                from,
                                new Event.DownscaleRefused(from, id, min(), "too much is used"));
                    } else {
                        machine.promise(target.min(machine.promised()));
                        reply(from, new Event.DownscaleAgreed(from, id));
                    }
                });
    }

    boolean refuses(Resources target) {
        return threshold(target.memory()).isLessThan(load.used().plus(RULES.downscaleBuffer()));
    }

    private static Bytes threshold(Bytes memory) {
        return RULES.threshold(RULES.usable(memory));
    }

    private Optional<Resources> min() {
        if (!statesSizes) return Optional.empty();
        Bytes needed =
                load.used()
                        .plus(RULES.downscaleBuffer())
                        .times(1 / (1 - RULES.overhead()))
                        .plus(RULES.reserve())
                        .plus(Bytes.ofMebibytes(1));
        return Optional.of(new Resources(0, needed));
    }

    private void watch() {
        time.after(WATCHES, this::watch);
        if (!connected) return;
        Bytes memory = machine.size().memory();
        if (load.used().isLessThan(threshold(memory))) {
            watchCpus();
            return;
        }
        reply(
                session,
                new Event.UpscaleRequested(
                        session,
                        statesSizes
                                ? Optional.of(new Resources(0, memory.plus(Bytes.ofMebibytes(300))))
                                : Optional.empty()));
        if (random.fault(0.05)) agent.accept(new Event.OutOfMemory());
    }

    /// Requests CPUs while tasks wait for half of the time. The request names the present memory,
    /// so it asks for CPUs alone.
    private void watchCpus() {
        Resources size = machine.size();
        if (!statesSizes || load.cpus() < 2 * size.vcpus()) return;
        var min = new Resources(2 * size.vcpus(), size.memory());
        reply(session, new Event.UpscaleRequested(session, Optional.of(min)));
    }

    private void arrive(long from, Runnable message) {
        if (random.fault(0.04)) return;
        Duration wait = random.fault(0.05) ? random.millis(2_000, 9_000) : random.millis(1, 50);
        Duration at = time.now().plus(wait);
        if (at.compareTo(lastArrival) < 0) at = lastArrival;
        lastArrival = at;
        time.after(
                at.minus(time.now()),
                () -> {
                    if (connected && session == from) message.run();
                });
    }

    private void reply(long to, Event event) {
        if (random.fault(0.04)) return;
        Duration wait = random.fault(0.05) ? random.millis(2_000, 9_000) : random.millis(1, 200);
        int times = random.fault(0.05) ? 2 : 1;
        for (int i = 0; i < times; i++)
            time.after(
                    wait,
                    () -> {
                        if (connected && session == to) agent.accept(event);
                    });
    }
}
