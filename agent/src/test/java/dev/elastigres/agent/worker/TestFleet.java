package dev.elastigres.agent.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.hold.VmHold;
import dev.elastigres.core.agent.AgentTiming;
import dev.elastigres.core.agent.CooldownRules;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/// A fleet on a [FakeHost], with short intervals.
final class TestFleet implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(5);

    private static final AgentTiming TIMING =
            new AgentTiming(
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

    private static final ScalingRules RULES =
            new ScalingRules(
                    GoalRules.NEON,
                    TIMING,
                    new CooldownRules(
                            Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(60)),
                    Duration.ZERO,
                    true,
                    Optional.empty());

    private static final PollingConfig PACE =
            new PollingConfig(
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
    final RecordingPermits purse = new RecordingPermits();
    final List<ScalingEvent> scaled = new CopyOnWriteArrayList<>();

    /// Events of VMs that appear and end.
    final List<ScalingEvent> lives = new CopyOnWriteArrayList<>();

    final List<ResizeReport> resizes = new CopyOnWriteArrayList<>();
    final List<Event> events = new CopyOnWriteArrayList<>();
    /// OOM kills that earlier agents saw, by VM name.
    final Map<String, List<DiscoveredVm.OomKill>> kills = new ConcurrentHashMap<>();

    /// Holds of operators, by VM name.
    final Map<String, VmHold> holds = new ConcurrentHashMap<>();

    private final FleetListener listener =
            new FleetListener() {
                @Override
                public void scaled(ScalingEvent one) {
                    scaled.add(one);
                }

                @Override
                public void resized(ResizeReport resize) {
                    resizes.add(resize);
                }

                @Override
                public void appeared(ScalingEvent size) {
                    lives.add(size);
                }

                @Override
                public void gone(ScalingEvent last) {
                    lives.add(last);
                }

                @Override
                public void happened(String vm, Event event) {
                    events.add(event);
                }
            };
    volatile VmRules rules = new VmRules(FakeHost.UNIT, Optional.empty(), Optional.empty(), RULES);
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    final VmFleet fleet =
            new VmFleet(
                    host,
                    purse,
                    _ -> rules,
                    new KeptVmState(
                            vm -> kills.getOrDefault(vm, List.of()),
                            vm -> Optional.ofNullable(holds.get(vm))),
                    PACE,
                    listener,
                    Log.to(log, LogFormat.JSON, LogLevel.DEBUG, Clock.systemUTC()));

    TestFleet() {
        fleet.start();
    }

    String log() {
        return log.toString(UTF_8);
    }

    VmStatus view(String vm) {
        return fleet.view(vm).orElseThrow(() -> new AssertionError("nothing is known of " + vm));
    }

    long count(String vm, Transition transition) {
        return fleet.view(vm).map(it -> it.transitions().getOrDefault(transition, 0L)).orElse(0L);
    }

    void awaitUnits(FakeHost.FakeVm vm, int units) throws Exception {
        awaitSize(vm, FakeHost.UNIT.times(units));
    }

    void awaitSize(FakeHost.FakeVm vm, Resources size) throws Exception {
        String name = vm.found.name();
        await(
                name + " has " + size.text() + ", as the agent knows",
                () ->
                        vm.size.equals(size)
                                && fleet.view(name)
                                        .filter(it -> it.state().current().equals(vm.size))
                                        .isPresent());
    }

    void awaitCount(String vm, Transition transition) throws Exception {
        await(transition + " of " + vm, () -> count(vm, transition) > 0);
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0)
                throw new AssertionError(
                        "not within %d s: %s%n%s%n%s"
                                .formatted(TIMEOUT.toSeconds(), what, fleet.views(), tail()));
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
