package dev.elastigres.agent.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.core.agent.CooldownRules;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.agent.Timing;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/// A fleet on a [FakeHost], at a pace that tests can wait for.
final class Crew implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(5);

    private static final Timing TIMING =
            new Timing(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(100),
                    Duration.ofMillis(100),
                    Duration.ofMillis(800),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30));

    private static final Rules RULES =
            new Rules(
                    GoalRules.NEON,
                    TIMING,
                    new CooldownRules(
                            Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(60)),
                    Duration.ZERO,
                    true);

    private static final Pace PACE =
            new Pace(
                    Duration.ofMillis(50),
                    Duration.ofMillis(500),
                    Duration.ofMillis(150),
                    Duration.ofMillis(140),
                    Duration.ofMillis(150),
                    Duration.ofMillis(140),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(3),
                    Duration.ofMillis(450),
                    Duration.ofMillis(500),
                    Duration.ofMillis(50),
                    Duration.ofMillis(500));

    final FakeHost host = new FakeHost();
    final Purse purse = new Purse();
    final List<Scaled> scaled = new CopyOnWriteArrayList<>();

    /// The beginnings and ends of VMs.
    final List<Scaled> lives = new CopyOnWriteArrayList<>();

    final List<Event> events = new CopyOnWriteArrayList<>();
    private final Onlooker onlooker =
            new Onlooker() {
                @Override
                public void scaled(Scaled one) {
                    scaled.add(one);
                }

                @Override
                public void appeared(Scaled size) {
                    lives.add(size);
                }

                @Override
                public void gone(Scaled last) {
                    lives.add(last);
                }

                @Override
                public void happened(String vm, Event event) {
                    events.add(event);
                }
            };
    volatile VmRules rules = new VmRules(FakeHost.UNIT, Optional.empty(), Optional.empty(), RULES);
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    final Fleet fleet =
            new Fleet(
                    host,
                    purse,
                    _ -> rules,
                    PACE,
                    onlooker,
                    Log.to(log, LogFormat.JSON, Level.DEBUG, Clock.systemUTC()));

    Crew() {
        fleet.start();
    }

    String log() {
        return log.toString(UTF_8);
    }

    VmView view(String vm) {
        return fleet.view(vm).orElseThrow(() -> new AssertionError("nothing is known of " + vm));
    }

    long count(String vm, Transition transition) {
        return fleet.view(vm).map(it -> it.transitions().getOrDefault(transition, 0L)).orElse(0L);
    }

    void awaitUnits(FakeHost.Vm vm, int units) throws Exception {
        awaitSize(vm, FakeHost.UNIT.times(units));
    }

    void awaitSize(FakeHost.Vm vm, Resources size) throws Exception {
        String name = vm.found.name();
        await(
                name + " has " + size.text() + ", as the agent knows",
                () ->
                        vm.size.equals(size)
                                && fleet.view(name)
                                        .filter(it -> it.state().has().equals(vm.size))
                                        .isPresent());
    }

    void awaitCount(String vm, Transition transition) throws Exception {
        await(transition + " of " + vm, () -> count(vm, transition) > 0);
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0)
                throw new AssertionError(
                        "not within %d s: %s%n%s%n%s"
                                .formatted(LIMIT.toSeconds(), what, fleet.views(), tail()));
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private String tail() {
        String all = log();
        return all.substring(Math.max(0, all.length() - 8_000));
    }

    @Override
    public void close() {
        fleet.close();
    }
}
