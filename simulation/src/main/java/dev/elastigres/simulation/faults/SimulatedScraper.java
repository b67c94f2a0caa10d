package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.DemandHistory;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.units.Moment;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Reads the metrics of one VM for one run of the agent, periodically and on request.
final class SimulatedScraper {
    private final Timeline time;
    private final Duration every;
    private final SeededRandom random;
    private final SimulatedLoad load;
    private final Supplier<Moment> clock;
    private final Consumer<Event> agent;

    /// The page that CPU times are compared with.
    private Optional<PageRead> base = Optional.empty();

    private long next;
    private boolean stopped;

    /// The page cannot be read before this time.
    private Duration silentUntil = Duration.ZERO;

    private record PageRead(SimulatedLoad.Page page, Moment at) {}

    SimulatedScraper(
            Timeline time,
            Duration every,
            SeededRandom random,
            SimulatedLoad load,
            Supplier<Moment> clock,
            Consumer<Event> agent) {
        this.time = time;
        this.every = every;
        this.random = random;
        this.load = load;
        this.clock = clock;
        this.agent = agent;
        schedule(Duration.ZERO);
    }

    void stop() {
        stopped = true;
    }

    void silence(Duration wait) {
        silentUntil = time.now().plus(wait);
    }

    void readNow() {
        read(true);
    }

    private void schedule(Duration wait) {
        long mine = ++next;
        time.after(
                wait,
                () -> {
                    if (mine == next) read(false);
                });
    }

    private void read(boolean atOnce) {
        // The second page may follow the first soon.
        schedule(
                base.isEmpty()
                        ? random.millis(100, random.with(0.5) ? 400 : 5_000)
                        : every.plus(random.millis(0, 500)));
        if (stopped || random.fault(0.15) || time.now().compareTo(silentUntil) < 0) return;
        var read = new PageRead(load.page(), clock.get());
        PageRead from = base.orElse(read);
        boolean isBase =
                atOnce
                        || base.isEmpty()
                        || read.at.since(from.at).compareTo(DemandHistory.MIN_CPU_INTERVAL) >= 0;
        if (isBase) base = Optional.of(read);
        var event =
                new Event.MetricsRead(
                        SimulatedLoad.between(from.page, read.page), from.at, read.at);
        // Some pages arrive late, with outdated values.
        Duration late = random.fault(0.05) ? random.millis(1_000, 30_000) : Duration.ZERO;
        time.after(
                late,
                () -> {
                    if (!stopped) agent.accept(event);
                });
    }
}
