package dev.elastigres.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.hold.VmHold;
import dev.elastigres.agent.worker.FakeHost.FakeBehavior;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.MonitorState;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Workers with a fake host, and with monitors and metrics pages on real sockets.
class VmFleetTest {
    private static final double CALM = 0.1;
    private static final double TWO_UNITS = 0.45;
    private static final double FOUR_UNITS = 0.9;
    private static final VmEndpoints NO_DOORS = VmEndpoints.NONE;

    private final TestFleet fleet = new TestFleet();

    @AfterEach
    void close() {
        fleet.close();
    }

    private FakeHost.FakeVm boot(FakeGuest guest, double load, int units) {
        guest.load = load;
        return fleet.host.boot("pg", "1", units, guest.endpoints());
    }

    // ---- sizes

    @Test
    void aRecommendationIsLoggedOnceAndResizesNothing() throws Exception {
        fleet.rules = fleet.rules.recommending();
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, FOUR_UNITS, 1);
            fleet.await(
                    "a recommendation", () -> fleet.log().contains("\"message\":\"recommended\""));
            long pages = fleet.events.stream().filter(Event.MetricsRead.class::isInstance).count();
            fleet.await(
                    "more pages",
                    () ->
                            fleet.events.stream()
                                            .filter(Event.MetricsRead.class::isInstance)
                                            .count()
                                    > pages + 3);
            assertThat(fleet.log().lines().filter(it -> it.contains("\"message\":\"recommended\"")))
                    .singleElement()
                    .asString()
                    .contains("\"to\":\"1 CPU and 4GiB\"", "4 units for cpu");
            assertThat(vm.size).isEqualTo(FakeHost.UNIT.times(1));
            assertThat(fleet.count("pg", Transition.RESIZE_FAILED)).isZero();
            assertThat(fleet.view("pg").state().why().obstacle().code()).isEqualTo("recommended");
        }
    }

    @Test
    void growsByPermitAndTellsTheMonitor() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, FOUR_UNITS, 1);
            fleet.awaitUnits(vm, 4);
            fleet.await("it is told", () -> guest.heard("{\"cpu\":1,\"mem\":4294967296}"));
            assertThat(guest.heard.getFirst()).isEqualTo("{\"min\":1,\"max\":2}\n");
            assertThat(fleet.purse.members).containsExactly("+pg 0.25 CPUs and 1GiB");
            assertThat(fleet.purse.asks)
                    .anySatisfy(it -> assertThat(it.load1()).contains(FOUR_UNITS));
            assertThat(fleet.resizes)
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.to()).isEqualTo(FakeHost.UNIT.times(4));
                                assertThat(it.outcome()).isInstanceOf(ResizeOutcome.Done.class);
                                assertThat(it.took()).isPositive();
                            });
            assertThat(fleet.scaled)
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.from()).isEqualTo(FakeHost.UNIT.times(1));
                                assertThat(it.to()).isEqualTo(FakeHost.UNIT.times(4));
                                assertThat(it.why()).contains("4 units for cpu");
                            });
            assertThat(fleet.events)
                    .anySatisfy(it -> assertThat(it).isInstanceOf(Event.ResizeEnded.class));
            assertThat(fleet.view("pg").recent())
                    .anySatisfy(it -> assertThat(it.what()).startsWith("has 1 CPU and 4GiB"));
        }
    }

    @Test
    void shrinksWithConsentUnitByUnit() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, CALM, 3);
            fleet.awaitUnits(vm, 1);
            assertThat(guest.heard("\"target\":{\"cpu\":0.5,\"mem\":2147483648}")).isTrue();
            assertThat(guest.heard("\"target\":{\"cpu\":0.25,\"mem\":1073741824}")).isTrue();
            fleet.await(
                    "the permit is given back",
                    () ->
                            fleet.view("pg")
                                    .state()
                                    .scheduler()
                                    .permit()
                                    .equals(FakeHost.UNIT.times(1)));
        }
    }

    @Test
    void keepsSizeWhenShrinkIsRefused() throws Exception {
        try (var guest = FakeGuest.start()) {
            guest.refusal = Optional.of(FakeGuest.refusal(Optional.of(Bytes.ofGibibytes(3))));
            FakeHost.FakeVm vm = boot(guest, CALM, 4);
            fleet.awaitCount("pg", Transition.SHRINK_REFUSED_WITH_SIZE);
            fleet.await(
                    "it is held",
                    () ->
                            fleet.view("pg").state().shrink().refused().stream()
                                    .anyMatch(
                                            it ->
                                                    !it.min()
                                                            .memory()
                                                            .isLessThan(Bytes.ofGibibytes(3))));
            assertThat(vm.size).isEqualTo(FakeHost.UNIT.times(4));
            guest.refusal = Optional.empty();
            fleet.awaitUnits(vm, 1);
        }
    }

    @Test
    void aVmIsAccountedForFromWhenItIsFoundUntilItIsGone() throws Exception {
        Resources two = FakeHost.UNIT.times(2);
        fleet.host.boot("pg", "1", 2, NO_DOORS);
        fleet.await("it is found", () -> fleet.lives.size() == 1);
        // Another run of the same VM.
        fleet.host.boot("pg", "2", 1, NO_DOORS);
        fleet.await("it is found again", () -> fleet.lives.size() == 3);
        fleet.host.boot("other", "1", 2, NO_DOORS);
        fleet.await("another is found", () -> fleet.lives.size() == 4);
        fleet.host.end("pg");
        fleet.await("it is gone", () -> fleet.lives.size() == 5);
        assertThat(fleet.lives)
                .extracting(
                        ScalingEvent::vm, ScalingEvent::from, ScalingEvent::to, ScalingEvent::why)
                .containsExactly(
                        tuple("pg", two, two, "the agent found it"),
                        tuple("pg", two, Resources.ZERO, "it was restarted or moved"),
                        tuple(
                                "pg",
                                FakeHost.UNIT.times(1),
                                FakeHost.UNIT.times(1),
                                "the agent found it"),
                        tuple("other", two, two, "the agent found it"),
                        tuple(
                                "pg",
                                FakeHost.UNIT.times(1),
                                Resources.ZERO,
                                "it does not run any more"));
        // VMs keep running when the agent stops.
        fleet.close();
        assertThat(fleet.lives).hasSize(5);
    }

    @Test
    void grantsSizeNamedInUrgentRequest() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, CALM, 1);
            fleet.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            guest.say("{\"type\":\"UpscaleRequest\",\"want_mem\":3221225472,\"id\":3}");
            fleet.awaitSize(vm, new Resources(0.25, Bytes.ofGibibytes(3)));
            assertThat(fleet.count("pg", Transition.URGENT_REQUEST_WITH_SIZE)).isEqualTo(1);
        }
    }

    @Test
    void growsOnlyAsFarAsPermitted() throws Exception {
        try (var guest = FakeGuest.start()) {
            fleet.purse.max = FakeHost.UNIT.times(2);
            FakeHost.FakeVm vm = boot(guest, FOUR_UNITS, 1);
            fleet.awaitUnits(vm, 2);
            fleet.awaitCount("pg", Transition.DENIED);
            fleet.purse.silent = true;
            fleet.await("a trouble", () -> fleet.view("pg").problems().containsKey("permits"));
            fleet.purse.silent = false;
            fleet.purse.max = FakeHost.UNIT.times(8);
            fleet.awaitUnits(vm, 4);
            fleet.await("no trouble", () -> !fleet.view("pg").problems().containsKey("permits"));
        }
    }

    @Test
    void detectsOomKills() throws Exception {
        try (var guest = FakeGuest.start()) {
            boot(guest, CALM, 1);
            fleet.await(
                    "its load is known",
                    () ->
                            fleet.fleet
                                    .view("pg")
                                    .filter(it -> it.state().demand().history().goal().isPresent())
                                    .isPresent());
            guest.oomKills = 1;
            fleet.awaitCount("pg", Transition.OUT_OF_MEMORY);
        }
    }

    @Test
    void changedRulesAreOtherLimits() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, FOUR_UNITS, 1);
            fleet.awaitUnits(vm, 4);
            VmRules before = fleet.rules;
            fleet.rules =
                    new VmRules(
                            before.unit(),
                            Optional.empty(),
                            Optional.of(FakeHost.UNIT.times(2)),
                            before.rules());
            fleet.fleet.rulesChanged();
            fleet.awaitUnits(vm, 2);
            assertThat(fleet.view("pg").state().why().text()).contains("above its maximum");
        }
    }

    @Test
    void detectsExternalResize() throws Exception {
        FakeHost.FakeVm vm = fleet.host.boot("pg", "1", 2, NO_DOORS);
        fleet.awaitUnits(vm, 2);
        vm.size = FakeHost.UNIT.times(3);
        vm.asked = vm.size;
        fleet.awaitUnits(vm, 3);
    }

    // ---- monitors

    @Test
    void reconnectsUntilMonitorReturns() throws Exception {
        try (var next = FakeGuest.start()) {
            FakeHost.FakeVm vm;
            try (var guest = FakeGuest.start()) {
                vm = boot(guest, TWO_UNITS, 1);
                fleet.awaitUnits(vm, 2);
                fleet.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            }
            fleet.awaitCount("pg", Transition.MONITOR_LOST);
            fleet.await("a trouble", () -> fleet.view("pg").problems().containsKey("monitor"));
            assertThat(fleet.view("pg").monitorVersion()).isEmpty();
            next.load = CALM;
            vm.doors(next.endpoints());
            fleet.awaitUnits(vm, 1);
            assertThat(fleet.view("pg").problems()).doesNotContainKey("monitor");
        }
    }

    @Test
    void aConnectionThatIsCutIsAnOrdinaryEnd() throws Exception {
        try (var guest = FakeGuest.start()) {
            boot(guest, CALM, 1);
            fleet.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            guest.cut();
            fleet.awaitCount("pg", Transition.MONITOR_LOST);
            fleet.await("it is back", () -> fleet.count("pg", Transition.MONITOR_FOUND) > 1);
            assertThat(fleet.fleet.bugs()).isZero();
        }
    }

    @Test
    void speaksTheOldVersion() throws Exception {
        try (var guest = FakeGuest.startV10()) {
            FakeHost.FakeVm vm = boot(guest, TWO_UNITS, 1);
            fleet.awaitUnits(vm, 2);
            fleet.await(
                    "it is told, as deployed agents do",
                    () ->
                            guest.heard.stream()
                                    .anyMatch(
                                            it ->
                                                    it.matches(
                                                            "\\{\"content\":\\{\"granted\":"
                                                                    + "\\{\"cpu\":0.5,\"mem\":2147483648}},"
                                                                    + "\"type\":\"UpscaleNotification\","
                                                                    + "\"id\":[0-9]*[02468]}\n")));
            assertThat(fleet.view("pg").monitorVersion()).contains(1);
            guest.refusal = Optional.of(FakeGuest.refusal(Optional.of(Bytes.ofGibibytes(1))));
            guest.load = CALM;
            fleet.awaitCount("pg", Transition.SHRINK_REFUSED);
            guest.say("{\"type\":\"UpscaleRequest\",\"id\":3}");
            fleet.awaitUnits(vm, 3);
        }
    }

    @Test
    void answersUnreadableMessagesAndContinues() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, CALM, 1);
            fleet.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            guest.say("nonsense");
            guest.say("{\"type\":\"Greeting\",\"id\":7}");
            guest.say("{\"type\":\"UpscaleConfirmation\",\"id\":4711}");
            fleet.await(
                    "it is answered",
                    () ->
                            guest.heard("\"type\":\"InvalidMessage\",\"id\":0}")
                                    && guest.heard("\"type\":\"InvalidMessage\",\"id\":7}"));
            guest.load = TWO_UNITS;
            fleet.awaitUnits(vm, 2);
            assertThat(fleet.count("pg", Transition.MONITOR_FOUND)).isEqualTo(1);
        }
    }

    @Test
    void reconnectsToUnresponsiveMonitor() throws Exception {
        try (var guest = FakeGuest.start()) {
            guest.mute = true;
            boot(guest, CALM, 1);
            fleet.awaitCount("pg", Transition.MONITOR_SILENT);
            fleet.awaitCount("pg", Transition.MONITOR_LOST);
            fleet.await(
                    "why",
                    () ->
                            fleet.view("pg")
                                    .problems()
                                    .getOrDefault("monitor", "")
                                    .contains("no health check"));
            guest.mute = false;
            fleet.awaitCount("pg", Transition.MONITOR_CONFIRMED);
        }
    }

    // ---- drivers

    @Test
    void aResizeThatHangsIsGivenUpBeforeTheNext() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, CALM, 1);
            fleet.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            vm.mood = FakeBehavior.HANGING;
            guest.load = TWO_UNITS;
            fleet.awaitCount("pg", Transition.RESIZE_HUNG);
            vm.mood = FakeBehavior.WILLING;
            fleet.awaitUnits(vm, 2);
            assertThat(vm.maxCalls).hasValue(1);
        }
    }

    @Test
    void aDriverThatFailsIsTriedAgain() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, CALM, 1);
            fleet.awaitUnits(vm, 1);
            vm.mood = FakeBehavior.FAILING;
            guest.load = TWO_UNITS;
            fleet.awaitCount("pg", Transition.RESIZE_FAILED);
            assertThat(fleet.view("pg").recent())
                    .anySatisfy(it -> assertThat(it.what()).contains("the driver is busy"));
            vm.mood = FakeBehavior.WILLING;
            fleet.awaitUnits(vm, 2);
        }
    }

    @Test
    void aDriverThatDoesHalfIsAskedForTheRest() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, CALM, 1);
            fleet.awaitUnits(vm, 1);
            vm.mood = FakeBehavior.HALF_HEARTED;
            guest.load = FOUR_UNITS;
            fleet.awaitUnits(vm, 4);
            assertThat(fleet.count("pg", Transition.RESIZE_PARTIAL)).isGreaterThanOrEqualTo(2);
        }
    }

    // ---- lives

    @Test
    void removedVmLeavesAndRestartedVmJoinsAgain() throws Exception {
        FakeHost.FakeVm first = fleet.host.boot("pg", "1", 2, NO_DOORS);
        fleet.awaitUnits(first, 2);
        fleet.host.end("pg");
        fleet.await("nothing is known of it", () -> fleet.fleet.view("pg").isEmpty());
        FakeHost.FakeVm second = fleet.host.boot("pg", "2", 3, NO_DOORS);
        fleet.awaitUnits(second, 3);
        // Restarted before its end was noticed.
        FakeHost.FakeVm third = fleet.host.boot("pg", "3", 1, NO_DOORS);
        fleet.awaitUnits(third, 1);
        assertThat(fleet.purse.members)
                .containsExactly(
                        "+pg 0.5 CPUs and 2GiB",
                        "-pg",
                        "+pg 0.75 CPUs and 3GiB",
                        "-pg",
                        "+pg 0.25 CPUs and 1GiB");
    }

    @Test
    void failingDriverDropsNoVms() throws Exception {
        FakeHost.FakeVm vm = fleet.host.boot("pg", "1", 2, NO_DOORS);
        fleet.awaitUnits(vm, 2);
        fleet.host.blind = true;
        fleet.await("it is said", () -> fleet.fleet.problem().isPresent());
        fleet.host.boot("other", "1", 1, NO_DOORS);
        fleet.host.blind = false;
        fleet.await("both are known", () -> fleet.fleet.views().size() == 2);
        assertThat(fleet.fleet.problem()).isEmpty();
        assertThat(fleet.purse.members).hasSize(2);
        assertThat(fleet.log().lines().filter(it -> it.contains("cannot find VMs"))).hasSize(1);
    }

    @Test
    void aBugConcernsOneVmOnly() throws Exception {
        try (var guest = FakeGuest.start();
                var other = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, TWO_UNITS, 1);
            vm.mood = FakeBehavior.BROKEN;
            other.load = FOUR_UNITS;
            FakeHost.FakeVm fine = fleet.host.boot("fine", "1", 1, other.endpoints());
            fleet.awaitUnits(fine, 4);
            fleet.await("two bugs", () -> fleet.fleet.bugs() >= 2);
            assertThat(fleet.log()).contains("a planted bug").contains("FakeHost.java");
            // The problem is absent for a moment whenever the worker restarts.
            fleet.await(
                    "its trouble is told", () -> fleet.view("pg").problems().containsKey("worker"));
            fleet.await(
                    "its monitor is found",
                    () -> fleet.count("fine", Transition.MONITOR_FOUND) > 0);
            assertThat(fleet.count("fine", Transition.MONITOR_FOUND)).isEqualTo(1);
            vm.mood = FakeBehavior.WILLING;
            fleet.awaitUnits(vm, 2);
        }
    }

    @Test
    void unresponsivePeerAffectsOnlyItsVm() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var guest = FakeGuest.start()) {
            var nobody = Optional.of(new HostPort("127.0.0.1", silent.getLocalPort()));
            FakeHost.FakeVm lost =
                    fleet.host.boot(
                            "lost", "1", 2, VmEndpoints.at(nobody, nobody, Optional.empty()));
            FakeHost.FakeVm vm = boot(guest, TWO_UNITS, 1);
            fleet.awaitUnits(vm, 2);
            fleet.awaitUnits(lost, 2);
            fleet.await(
                    "its troubles are told",
                    () ->
                            fleet.view("lost")
                                    .problems()
                                    .keySet()
                                    .equals(Set.of("monitor", "host metrics")));
            assertThat(fleet.view("lost").state().monitor()).isEqualTo(new MonitorState.Absent());
            assertThat(fleet.fleet.bugs()).isZero();
        }
    }

    @Test
    void aPausedVmKeepsItsSizeUntilItIsReleased() throws Exception {
        try (var guest = FakeGuest.start()) {
            fleet.holds.put("pg", VmHold.pause(Duration.ofHours(1), Instant.now(), "me"));
            FakeHost.FakeVm vm = boot(guest, FOUR_UNITS, 1);
            fleet.awaitCount("pg", Transition.PAUSED);
            fleet.await("its load is known", () -> isLoadKnown());
            assertThat(fleet.view("pg").state().why().code()).isEqualTo("paused");
            assertThat(fleet.view("pg").state().why().text())
                    .contains("it is paused for another 60 min, by me");
            assertThat(fleet.view("pg").hold()).contains(fleet.holds.get("pg"));
            assertThat(vm.size).isEqualTo(FakeHost.UNIT.times(1));
            fleet.holds.clear();
            fleet.fleet.holdChanged("pg");
            fleet.awaitUnits(vm, 4);
            assertThat(fleet.view("pg").hold()).isEmpty();
            assertThat(fleet.view("pg").recent())
                    .extracting(VmStatus.VmNote::what)
                    .anyMatch(it -> it.startsWith("was paused until "))
                    .contains("is scaled again");
        }
    }

    private boolean isLoadKnown() {
        return fleet.fleet
                .view("pg")
                .filter(it -> it.state().demand().history().goal().isPresent())
                .isPresent();
    }

    @Test
    void aPinnedVmGetsItsSizeWithAPermit() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, FOUR_UNITS, 1);
            fleet.awaitUnits(vm, 4);
            fleet.holds.put(
                    "pg",
                    VmHold.pin(FakeHost.UNIT.times(6), Optional.empty(), Instant.now(), "me"));
            fleet.fleet.holdChanged("pg");
            fleet.awaitUnits(vm, 6);
            assertThat(fleet.view("pg").state().scheduler().permit())
                    .isEqualTo(FakeHost.UNIT.times(6));
            assertThat(fleet.view("pg").state().why().code()).isEqualTo("pinned");
        }
    }

    @Test
    void aPreviewChangesNothing() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.FakeVm vm = boot(guest, FOUR_UNITS, 1);
            fleet.awaitUnits(vm, 4);
            var smaller =
                    new VmRules(
                            FakeHost.UNIT,
                            Optional.empty(),
                            Optional.of(FakeHost.UNIT.times(2)),
                            fleet.rules.rules());
            assertThat(fleet.fleet.preview("pg", smaller).orElseThrow().wanted())
                    .isEqualTo(FakeHost.UNIT.times(2));
            assertThat(fleet.fleet.preview("other", smaller)).isEmpty();
            assertThat(fleet.view("pg").state().why().wanted()).isEqualTo(FakeHost.UNIT.times(4));
            assertThat(vm.size).isEqualTo(FakeHost.UNIT.times(4));
        }
    }

    /// Earlier agents have counted and reported the kill.
    @Test
    void aKillThatEarlierAgentsSawRaisesTheFloorAndIsNotCountedAgain() throws Exception {
        var kill =
                new DiscoveredVm.OomKill(
                        Optional.of(FakeHost.UNIT.times(2).memory()), Instant.now());
        fleet.kills.put("pg", List.of(kill));
        FakeHost.FakeVm vm = fleet.host.boot("pg", "1", 1, NO_DOORS);
        fleet.await("it grows", () -> FakeHost.UNIT.times(2).memory().isLessThan(vm.size.memory()));
        assertThat(fleet.count("pg", Transition.OUT_OF_MEMORY)).isZero();
        assertThat(fleet.events).noneMatch(Event.OomKilled.class::isInstance);
        assertThat(fleet.view("pg").recent())
                .extracting(VmStatus.VmNote::what)
                .noneMatch(it -> it.contains("ran out of memory"));
    }
}
