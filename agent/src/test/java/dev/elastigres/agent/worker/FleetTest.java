package dev.elastigres.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.elastigres.agent.driver.Found.Doors;
import dev.elastigres.agent.worker.FakeHost.Mood;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Monitor;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The workers with a made-up host, and with monitors and metrics pages behind real sockets.
class FleetTest {
    private static final double CALM = 0.1;
    private static final double TWO_UNITS = 0.45;
    private static final double FOUR_UNITS = 0.9;
    private static final Doors NO_DOORS = Doors.NONE;

    private final Crew crew = new Crew();

    @AfterEach
    void close() {
        crew.close();
    }

    private FakeHost.Vm boot(FakeGuest guest, double load, int units) {
        guest.load = load;
        return crew.host.boot("pg", "1", units, guest.doors());
    }

    // ---- sizes

    @Test
    void aRecommendationIsLoggedOnceAndResizesNothing() throws Exception {
        crew.rules = crew.rules.recommending();
        try (var guest = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, FOUR_UNITS, 1);
            crew.await(
                    "a recommendation", () -> crew.log().contains("\"message\":\"recommended\""));
            long pages = crew.events.stream().filter(Event.MetricsRead.class::isInstance).count();
            crew.await(
                    "more pages",
                    () ->
                            crew.events.stream().filter(Event.MetricsRead.class::isInstance).count()
                                    > pages + 3);
            assertThat(crew.log().lines().filter(it -> it.contains("\"message\":\"recommended\"")))
                    .singleElement()
                    .asString()
                    .contains("\"to\":\"1 CPU and 4GiB\"", "4 units for cpu");
            assertThat(vm.size).isEqualTo(FakeHost.UNIT.times(1));
            assertThat(crew.count("pg", Transition.RESIZE_FAILED)).isZero();
            assertThat(crew.view("pg").state().why().obstacle().code()).isEqualTo("recommended");
        }
    }

    @Test
    void growsByPermitAndTellsTheMonitor() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, FOUR_UNITS, 1);
            crew.awaitUnits(vm, 4);
            crew.await("it is told", () -> guest.heard("{\"cpu\":1,\"mem\":4294967296}"));
            assertThat(guest.heard.getFirst()).isEqualTo("{\"min\":1,\"max\":2}\n");
            assertThat(crew.purse.members).containsExactly("+pg 0.25 CPUs and 1GiB");
            assertThat(crew.purse.asks)
                    .anySatisfy(it -> assertThat(it.load1()).contains(FOUR_UNITS));
            assertThat(crew.scaled)
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.from()).isEqualTo(FakeHost.UNIT.times(1));
                                assertThat(it.to()).isEqualTo(FakeHost.UNIT.times(4));
                                assertThat(it.why()).contains("4 units for cpu");
                            });
            assertThat(crew.events)
                    .anySatisfy(it -> assertThat(it).isInstanceOf(Event.ResizeEnded.class));
            assertThat(crew.view("pg").recent())
                    .anySatisfy(it -> assertThat(it.what()).startsWith("has 1 CPU and 4GiB"));
        }
    }

    @Test
    void shrinksWithConsentUnitByUnit() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, CALM, 3);
            crew.awaitUnits(vm, 1);
            assertThat(guest.heard("\"target\":{\"cpu\":0.5,\"mem\":2147483648}")).isTrue();
            assertThat(guest.heard("\"target\":{\"cpu\":0.25,\"mem\":1073741824}")).isTrue();
            crew.await(
                    "the permit is given back",
                    () ->
                            crew.view("pg")
                                    .state()
                                    .scheduler()
                                    .permit()
                                    .equals(FakeHost.UNIT.times(1)));
        }
    }

    @Test
    void aRefusedShrinkIsNoShrink() throws Exception {
        try (var guest = FakeGuest.start()) {
            guest.refusal = Optional.of(FakeGuest.refusal(Optional.of(Bytes.ofGibibytes(3))));
            FakeHost.Vm vm = boot(guest, CALM, 4);
            crew.awaitCount("pg", Transition.SHRINK_REFUSED_WITH_SIZE);
            crew.await(
                    "it is held",
                    () ->
                            crew.view("pg")
                                    .state()
                                    .held()
                                    .filter(
                                            it ->
                                                    !it.least()
                                                            .memory()
                                                            .isLessThan(Bytes.ofGibibytes(3)))
                                    .isPresent());
            assertThat(vm.size).isEqualTo(FakeHost.UNIT.times(4));
            guest.refusal = Optional.empty();
            crew.awaitUnits(vm, 1);
        }
    }

    @Test
    void aVmIsAccountedForFromWhenItIsFoundUntilItIsGone() throws Exception {
        Resources two = FakeHost.UNIT.times(2);
        crew.host.boot("pg", "1", 2, NO_DOORS);
        crew.await("it is found", () -> crew.lives.size() == 1);
        // Another run of the same VM.
        crew.host.boot("pg", "2", 1, NO_DOORS);
        crew.await("it is found again", () -> crew.lives.size() == 3);
        crew.host.boot("other", "1", 2, NO_DOORS);
        crew.await("another is found", () -> crew.lives.size() == 4);
        crew.host.end("pg");
        crew.await("it is gone", () -> crew.lives.size() == 5);
        assertThat(crew.lives)
                .extracting(Scaled::vm, Scaled::from, Scaled::to, Scaled::why)
                .containsExactly(
                        tuple("pg", two, two, "the agent found it"),
                        tuple("pg", two, Resources.ZERO, "it was started again, or moved"),
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
        // A VM outlives its agent.
        crew.close();
        assertThat(crew.lives).hasSize(5);
    }

    @Test
    void anUrgentAskGetsWhatItNames() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, CALM, 1);
            crew.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            guest.say("{\"type\":\"UpscaleRequest\",\"want_mem\":3221225472,\"id\":3}");
            crew.awaitSize(vm, new Resources(0.25, Bytes.ofGibibytes(3)));
            assertThat(crew.count("pg", Transition.URGENT_ASK_WITH_SIZE)).isEqualTo(1);
        }
    }

    @Test
    void whatIsNotPermittedIsNotThere() throws Exception {
        try (var guest = FakeGuest.start()) {
            crew.purse.most = FakeHost.UNIT.times(2);
            FakeHost.Vm vm = boot(guest, FOUR_UNITS, 1);
            crew.awaitUnits(vm, 2);
            crew.awaitCount("pg", Transition.DENIED);
            crew.purse.silent = true;
            crew.await("a trouble", () -> crew.view("pg").troubles().containsKey("permits"));
            crew.purse.silent = false;
            crew.purse.most = FakeHost.UNIT.times(8);
            crew.awaitUnits(vm, 4);
            crew.await("no trouble", () -> !crew.view("pg").troubles().containsKey("permits"));
        }
    }

    @Test
    void killsForWantOfMemoryAreSeen() throws Exception {
        try (var guest = FakeGuest.start()) {
            boot(guest, CALM, 1);
            crew.await(
                    "its load is known",
                    () ->
                            crew.fleet
                                    .view("pg")
                                    .filter(it -> it.state().demand().goal().isPresent())
                                    .isPresent());
            guest.oomKills = 1;
            crew.awaitCount("pg", Transition.OUT_OF_MEMORY);
        }
    }

    @Test
    void changedRulesAreOtherLimits() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, FOUR_UNITS, 1);
            crew.awaitUnits(vm, 4);
            VmRules before = crew.rules;
            crew.rules =
                    new VmRules(
                            before.unit(),
                            Optional.empty(),
                            Optional.of(FakeHost.UNIT.times(2)),
                            before.rules());
            crew.fleet.rulesChanged();
            crew.awaitUnits(vm, 2);
            assertThat(crew.view("pg").state().why().text()).contains("above its maximum");
        }
    }

    @Test
    void aSizeThatSomebodyElseChangedIsSeen() throws Exception {
        FakeHost.Vm vm = crew.host.boot("pg", "1", 2, NO_DOORS);
        crew.awaitUnits(vm, 2);
        vm.size = FakeHost.UNIT.times(3);
        vm.asked = vm.size;
        crew.awaitUnits(vm, 3);
    }

    // ---- monitors

    @Test
    void aMonitorThatIsGoneIsCalledUntilItIsBack() throws Exception {
        try (var next = FakeGuest.start()) {
            FakeHost.Vm vm;
            try (var guest = FakeGuest.start()) {
                vm = boot(guest, TWO_UNITS, 1);
                crew.awaitUnits(vm, 2);
                crew.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            }
            crew.awaitCount("pg", Transition.MONITOR_LOST);
            crew.await("a trouble", () -> crew.view("pg").troubles().containsKey("monitor"));
            assertThat(crew.view("pg").monitorVersion()).isEmpty();
            next.load = CALM;
            vm.doors(next.doors());
            crew.awaitUnits(vm, 1);
            assertThat(crew.view("pg").troubles()).doesNotContainKey("monitor");
        }
    }

    @Test
    void aConnectionThatIsCutIsAnOrdinaryEnd() throws Exception {
        try (var guest = FakeGuest.start()) {
            boot(guest, CALM, 1);
            crew.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            guest.cut();
            crew.awaitCount("pg", Transition.MONITOR_LOST);
            crew.await("it is back", () -> crew.count("pg", Transition.MONITOR_FOUND) > 1);
            assertThat(crew.fleet.bugs()).isZero();
        }
    }

    @Test
    void speaksTheOldVersion() throws Exception {
        try (var guest = FakeGuest.startV10()) {
            FakeHost.Vm vm = boot(guest, TWO_UNITS, 1);
            crew.awaitUnits(vm, 2);
            crew.await(
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
            assertThat(crew.view("pg").monitorVersion()).contains(1);
            guest.refusal = Optional.of(FakeGuest.refusal(Optional.of(Bytes.ofGibibytes(1))));
            guest.load = CALM;
            crew.awaitCount("pg", Transition.SHRINK_REFUSED);
            guest.say("{\"type\":\"UpscaleRequest\",\"id\":3}");
            crew.awaitUnits(vm, 3);
        }
    }

    @Test
    void whatCannotBeReadIsAnsweredAndHarmsNobody() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, CALM, 1);
            crew.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            guest.say("nonsense");
            guest.say("{\"type\":\"Greeting\",\"id\":7}");
            guest.say("{\"type\":\"UpscaleConfirmation\",\"id\":4711}");
            crew.await(
                    "it is answered",
                    () ->
                            guest.heard("\"type\":\"InvalidMessage\",\"id\":0}")
                                    && guest.heard("\"type\":\"InvalidMessage\",\"id\":7}"));
            guest.load = TWO_UNITS;
            crew.awaitUnits(vm, 2);
            assertThat(crew.count("pg", Transition.MONITOR_FOUND)).isEqualTo(1);
        }
    }

    @Test
    void aMonitorThatAnswersNothingIsCalledAnew() throws Exception {
        try (var guest = FakeGuest.start()) {
            guest.mute = true;
            boot(guest, CALM, 1);
            crew.awaitCount("pg", Transition.MONITOR_SILENT);
            crew.awaitCount("pg", Transition.MONITOR_LOST);
            crew.await(
                    "why",
                    () ->
                            crew.view("pg")
                                    .troubles()
                                    .getOrDefault("monitor", "")
                                    .contains("no health check"));
            guest.mute = false;
            crew.awaitCount("pg", Transition.MONITOR_CONFIRMED);
        }
    }

    // ---- drivers

    @Test
    void aResizeThatHangsIsGivenUpBeforeTheNext() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, CALM, 1);
            crew.awaitCount("pg", Transition.MONITOR_CONFIRMED);
            vm.mood = Mood.HANGING;
            guest.load = TWO_UNITS;
            crew.awaitCount("pg", Transition.RESIZE_HUNG);
            vm.mood = Mood.WILLING;
            crew.awaitUnits(vm, 2);
            assertThat(vm.mostCalls).hasValue(1);
        }
    }

    @Test
    void aDriverThatFailsIsTriedAgain() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, CALM, 1);
            crew.awaitUnits(vm, 1);
            vm.mood = Mood.FAILING;
            guest.load = TWO_UNITS;
            crew.awaitCount("pg", Transition.RESIZE_FAILED);
            assertThat(crew.view("pg").recent())
                    .anySatisfy(it -> assertThat(it.what()).contains("the driver is busy"));
            vm.mood = Mood.WILLING;
            crew.awaitUnits(vm, 2);
        }
    }

    @Test
    void aDriverThatDoesHalfIsAskedForTheRest() throws Exception {
        try (var guest = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, CALM, 1);
            crew.awaitUnits(vm, 1);
            vm.mood = Mood.HALF_HEARTED;
            guest.load = FOUR_UNITS;
            crew.awaitUnits(vm, 4);
            assertThat(crew.count("pg", Transition.RESIZE_PARTIAL)).isGreaterThanOrEqualTo(2);
        }
    }

    // ---- lives

    @Test
    void aVmThatIsGoneLeavesAndAnotherLifeBeginsAnew() throws Exception {
        FakeHost.Vm first = crew.host.boot("pg", "1", 2, NO_DOORS);
        crew.awaitUnits(first, 2);
        crew.host.end("pg");
        crew.await("nothing is known of it", () -> crew.fleet.view("pg").isEmpty());
        FakeHost.Vm second = crew.host.boot("pg", "2", 3, NO_DOORS);
        crew.awaitUnits(second, 3);
        // Started again before anybody saw that it was gone.
        FakeHost.Vm third = crew.host.boot("pg", "3", 1, NO_DOORS);
        crew.awaitUnits(third, 1);
        assertThat(crew.purse.members)
                .containsExactly(
                        "+pg 0.5 CPUs and 2GiB",
                        "-pg",
                        "+pg 0.75 CPUs and 3GiB",
                        "-pg",
                        "+pg 0.25 CPUs and 1GiB");
    }

    @Test
    void aBlindDriverDropsNobody() throws Exception {
        FakeHost.Vm vm = crew.host.boot("pg", "1", 2, NO_DOORS);
        crew.awaitUnits(vm, 2);
        crew.host.blind = true;
        crew.await("it is said", () -> crew.fleet.trouble().isPresent());
        crew.host.boot("other", "1", 1, NO_DOORS);
        crew.host.blind = false;
        crew.await("both are known", () -> crew.fleet.views().size() == 2);
        assertThat(crew.fleet.trouble()).isEmpty();
        assertThat(crew.purse.members).hasSize(2);
        assertThat(crew.log().lines().filter(it -> it.contains("cannot find VMs"))).hasSize(1);
    }

    @Test
    void aBugConcernsOneVmOnly() throws Exception {
        try (var guest = FakeGuest.start();
                var other = FakeGuest.start()) {
            FakeHost.Vm vm = boot(guest, TWO_UNITS, 1);
            vm.mood = Mood.BROKEN;
            other.load = FOUR_UNITS;
            FakeHost.Vm fine = crew.host.boot("fine", "1", 1, other.doors());
            crew.awaitUnits(fine, 4);
            crew.await("two bugs", () -> crew.fleet.bugs() >= 2);
            assertThat(crew.log()).contains("a planted bug").contains("FakeHost.java");
            // It is over for a moment whenever the worker begins anew.
            crew.await(
                    "its trouble is told", () -> crew.view("pg").troubles().containsKey("worker"));
            assertThat(crew.count("fine", Transition.MONITOR_FOUND)).isEqualTo(1);
            vm.mood = Mood.WILLING;
            crew.awaitUnits(vm, 2);
        }
    }

    @Test
    void aPeerThatIsNoneConcernsOneVmOnly() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var guest = FakeGuest.start()) {
            var nobody = Optional.of(new HostPort("127.0.0.1", silent.getLocalPort()));
            FakeHost.Vm lost =
                    crew.host.boot("lost", "1", 2, Doors.at(nobody, nobody, Optional.empty()));
            FakeHost.Vm vm = boot(guest, TWO_UNITS, 1);
            crew.awaitUnits(vm, 2);
            crew.awaitUnits(lost, 2);
            crew.await(
                    "its troubles are told",
                    () ->
                            crew.view("lost")
                                    .troubles()
                                    .keySet()
                                    .equals(Set.of("monitor", "host metrics")));
            assertThat(crew.view("lost").state().monitor()).isEqualTo(new Monitor.Absent());
            assertThat(crew.fleet.bugs()).isZero();
        }
    }
}
