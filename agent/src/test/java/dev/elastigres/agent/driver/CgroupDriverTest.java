package dev.elastigres.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.agent.driver.CgroupConfig.CgroupPattern;
import dev.elastigres.agent.driver.CgroupConfig.NamedCgroup;
import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class CgroupDriverTest {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final VmEndpoints NO_DOORS = VmEndpoints.NONE;
    private static final VmEndpoints DOORS =
            VmEndpoints.at(
                    Optional.of(new HostPort("127.0.0.1", 10301)),
                    Optional.empty(),
                    Optional.empty());
    private static final SizeBounds BOUNDS =
            new SizeBounds(size(0.25, 256), size(4, 4096), CgroupConfig.GRAIN);

    @TempDir private Path folder;

    private FakeCgroups tree;
    private CgroupDriver driver;

    @BeforeEach
    void plant() throws IOException {
        tree = new FakeCgroups(folder);
        driver =
                new CgroupDriver(
                        new CgroupConfig(
                                tree.root(),
                                List.of(new NamedCgroup("pg", Path.of("a/pg"), BOUNDS, DOORS)),
                                List.of(
                                        new CgroupPattern(
                                                "system.slice/postgresql@*.service",
                                                BOUNDS,
                                                NO_DOORS))),
                        tree.procfs());
    }

    // ---- finding

    @Test
    void findsNamedAndMatchingCgroups() throws Exception {
        tree.make("a/pg");
        tree.make("system.slice/postgresql@15-main.service");
        tree.make("system.slice/postgresql@16-main.service");
        tree.make("system.slice/ssh.service");
        // A cgroup that cannot be limited.
        Files.createDirectories(tree.path("system.slice/postgresql@17-main.service"));
        Files.writeString(tree.path("system.slice/postgresql@file.service"), "");
        assertThat(driver.find())
                .extracting(DiscoveredVm::name)
                .containsExactly("pg", "postgresql@15-main.service", "postgresql@16-main.service");
        assertThat(driver.find().getFirst())
                .isEqualTo(new DiscoveredVm("pg", driver.find().getFirst().life(), BOUNDS, DOORS));
    }

    @Test
    void vanishedCgroupIsGoneWithoutFailure() throws Exception {
        assertThat(driver.find()).isEmpty();
        tree.make("a/pg");
        DiscoveredVm pg = found();
        tree.remove("a/pg");
        assertThat(driver.find()).isEmpty();
        assertThatThrownBy(() -> driver.look(pg, WITHIN))
                .isInstanceOf(DriverException.Gone.class)
                .hasMessage("there is no cgroup called pg");
    }

    @Test
    void recreatedCgroupIsADifferentOne() throws Exception {
        tree.make("a/pg");
        DiscoveredVm before = found();
        driver.look(before, WITHIN);
        tree.makeAnew("a/pg");
        assertThatThrownBy(() -> driver.look(before, WITHIN))
                .isInstanceOf(DriverException.Gone.class)
                .hasMessage(tree.path("a/pg") + " is gone, or was recreated");
        assertThatThrownBy(() -> driver.resize(before, size(1, 512), size(2, 512), WITHIN))
                .isInstanceOf(DriverException.Gone.class);
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("max 100000");
        assertThat(found().life()).isNotEqualTo(before.life());
        // Changes inside the cgroup do not change its identity.
        DiscoveredVm now = found();
        tree.make("a/pg/inner");
        assertThat(found()).isEqualTo(now);
    }

    @Test
    void findsNamedCgroupOnlyOnce() throws Exception {
        tree.make("system.slice/postgresql@15-main.service");
        var both =
                new CgroupDriver(
                        new CgroupConfig(
                                tree.root(),
                                List.of(
                                        new NamedCgroup(
                                                "main",
                                                tree.path(
                                                        "system.slice/postgresql@15-main.service"),
                                                BOUNDS,
                                                DOORS)),
                                List.of(
                                        new CgroupPattern("*/*.service", BOUNDS, NO_DOORS),
                                        new CgroupPattern("system.slice/*", BOUNDS, NO_DOORS))),
                        tree.procfs());
        assertThat(both.find()).extracting(DiscoveredVm::name).containsExactly("main");
    }

    @Test
    void rejectsTwoCgroupsWithOneName() throws Exception {
        tree.make("one/pg.service");
        tree.make("two/pg.service");
        var all =
                new CgroupDriver(
                        new CgroupConfig(
                                tree.root(),
                                List.of(),
                                List.of(new CgroupPattern("*/pg.service", BOUNDS, NO_DOORS))),
                        tree.procfs());
        assertThatThrownBy(all::find)
                .isInstanceOf(DriverException.Failed.class)
                .hasMessage(
                        "two cgroups are called pg.service, %s and %s: give one of them a name of"
                                + " its own",
                        tree.path("one/pg.service"), tree.path("two/pg.service"));
    }

    @Test
    void missingHierarchyIsAFailure() {
        var nowhere = folder.resolve("nowhere");
        var lost =
                new CgroupDriver(
                        new CgroupConfig(
                                nowhere,
                                List.of(),
                                List.of(new CgroupPattern("*", BOUNDS, NO_DOORS))),
                        tree.procfs());
        assertThatThrownBy(lost::find)
                .isInstanceOf(DriverException.Failed.class)
                .hasMessage("cannot list the cgroups in " + nowhere + ": no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/absolute", "a//b", "../up", "a/./b", "a/[b"})
    void badPatternsAreRefused(String glob) {
        assertThatThrownBy(() -> new CgroupPattern(glob, BOUNDS, NO_DOORS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- what is not found

    /// systemd puts instances of a template into a slice of their own.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "system.slice/system-postgresql.slice/postgresql@16-main.service",
                "system.slice/system-postgresql.slice/postgresql@16-my\\x2dcluster.service",
                "system.slice/postgresql-16.service",
                "system.slice/postgresql.service"
            })
    void onePatternFitsEveryDistribution(String cgroup) throws Exception {
        tree.make(cgroup);
        tree.make("system.slice/ssh.service");
        assertThat(matching("**/postgresql*.service").find())
                .extracting(DiscoveredVm::name)
                .containsExactly(Path.of(cgroup).getFileName().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "system.slice/docker-*.scope,     system.slice/docker-0123abc.scope",
        "postgres.slice/docker-*.scope,   postgres.slice/docker-0123abc.scope",
        "docker/*,                        docker/0123abc",
        "machine.slice/libpod-*.scope,    machine.slice/libpod-0123abc.scope",
        "**/libpod-*.scope,               user.slice/user-1000.slice/user@1000.service/user.slice/libpod-0123abc.scope"
    })
    void containersAreFoundWhereTheirEnginesPutThem(String glob, String cgroup) throws Exception {
        tree.make(cgroup);
        tree.make(cgroup + "/container");
        assertThat(matching(glob).find())
                .extracting(DiscoveredVm::name)
                .containsExactly(Path.of(cgroup).getFileName().toString());
    }

    /// Rows are `| installed by | cgroup | pattern |`.
    @Test
    void eachPatternOfTheManualMatchesItsCgroup() throws Exception {
        var row = Pattern.compile("\\| [^|]+ \\| `([^`]*/[^`]*)` \\| `([^`]*\\*[^`]*)` \\|");
        var rows =
                Files.readAllLines(Path.of("../docs/agent.md")).stream()
                        .map(row::matcher)
                        .filter(Matcher::matches)
                        .toList();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(7);
        for (Matcher each : rows) {
            String cgroup = each.group(1).replace("UID", "1000").replace("ID", "0123abc");
            var laidOut = new FakeCgroups(folder.resolve(cgroup.replace('/', '-')));
            laidOut.make(cgroup);
            laidOut.make("system.slice/ssh.service");
            try (var driver = matching(laidOut, each.group(2))) {
                assertThat(driver.find())
                        .as(each.group())
                        .extracting(DiscoveredVm::name)
                        .containsExactly(Path.of(cgroup).getFileName().toString());
            }
        }
    }

    @Test
    void patternWithoutMatchReportsSimilarCgroups() throws Exception {
        tree.make("system.slice/system-postgresql.slice/postgresql@16-main.service");
        CgroupDriver debian = matching("system.slice/postgresql@*.service");
        assertThat(debian.find()).isEmpty();
        assertThat(debian.problems())
                .containsExactly(
                        "no cgroup below %s matches system.slice/postgresql@*.service; there is system.slice/system-postgresql.slice/postgresql@16-main.service"
                                .formatted(tree.root()));
        CgroupDriver typo = matching("system.slice/postgersql*");
        assertThat(typo.find()).isEmpty();
        assertThat(typo.problems())
                .singleElement()
                .asString()
                .contains(
                        "matches system.slice/postgersql*; there is", "postgresql@16-main.service");
    }

    @Test
    void asksWhetherPostgresRunsWhenNoneIsFound() throws Exception {
        tree.make("system.slice/ssh.service");
        CgroupDriver none = matching("**/postgresql*.service");
        assertThat(none.find()).isEmpty();
        assertThat(none.problems()).singleElement().asString().endsWith("is its Postgres running?");
        // Found as soon as it exists.
        tree.make("system.slice/postgresql.service");
        assertThat(none.find()).hasSize(1);
        assertThat(none.problems()).isEmpty();
    }

    @Test
    void reportsMissingNamedCgroup() throws Exception {
        tree.make("system.slice/postgresql@15-main.service");
        assertThat(driver.find()).hasSize(1);
        assertThat(driver.problems())
                .containsExactly(
                        "there is no cgroup %s for pg: is its Postgres running?"
                                .formatted(tree.path("a/pg")));
        assertThat(driver.names()).contains(Set.of("pg", "postgresql@15-main.service"));
    }

    @Test
    void reportsMissingControllersWithRemedy() throws Exception {
        tree.make("system.slice/postgresql.service");
        Files.delete(tree.path("system.slice/postgresql.service").resolve("cpu.max"));
        CgroupDriver one = matching("**/postgresql*.service");
        assertThat(one.find()).isEmpty();
        assertThat(one.problems())
                .singleElement()
                .asString()
                .contains(
                        "its cpu controller is off",
                        "systemctl set-property postgresql.service CPUWeight=100");
    }

    // ---- what has ended

    @Test
    void aRemovedCgroupIsReportedForAnHourOrUntilItExistsAgain() throws Exception {
        var clock = new ManualClock();
        CgroupDriver all = matching("**/postgresql*.service", clock);
        String one = "system.slice/postgresql@15-main.service";
        String other = "system.slice/postgresql@16-main.service";
        tree.make(one);
        tree.make(other);
        assertThat(all.find()).hasSize(2);
        assertThat(all.ends()).isEmpty();
        tree.remove(other);
        assertThat(all.find()).hasSize(1);
        var end =
                new VmEnd(
                        false,
                        "its cgroup %s was removed at 2026-11-29T10:00:00Z, so its Postgres crashed or was stopped; `systemctl status 'postgresql@16-main.service'` shows which"
                                .formatted(tree.path(other)));
        assertThat(all.ends()).isEqualTo(Map.of("postgresql@16-main.service", end));
        assertThat(all.problems()).isEmpty();
        clock.now = clock.now.plus(Duration.ofMinutes(59));
        assertThat(all.find()).hasSize(1);
        assertThat(all.ends()).as("the same end").containsValue(end);
        tree.make(other);
        assertThat(all.find()).hasSize(2);
        assertThat(all.ends()).isEmpty();
        tree.remove(other);
        assertThat(all.find()).hasSize(1);
        clock.now = clock.now.plus(Duration.ofHours(1));
        assertThat(all.find()).hasSize(1);
        assertThat(all.ends()).isEmpty();
    }

    @Test
    void aCgroupThatIsRemovedAfterAnOomKillHasDied() throws Exception {
        var clock = new ManualClock();
        CgroupDriver all = matching("**/postgresql*.service", clock);
        String cgroup = "system.slice/postgresql.service";
        Path events = tree.make(cgroup).resolve("memory.events");
        // Kills from before the agent's start explain nothing.
        Files.writeString(events, "low 0\nhigh 0\nmax 7\noom 3\noom_kill 3\noom_group_kill 0\n");
        assertThat(all.find()).hasSize(1);
        tree.remove(cgroup);
        assertThat(all.find()).isEmpty();
        assertThat(all.ends()).hasSize(1).values().noneMatch(VmEnd::died);
        tree.make(cgroup);
        Files.writeString(events, "oom_kill 0\n");
        assertThat(all.find()).hasSize(1);
        Files.writeString(events, "oom_kill 1\n");
        assertThat(all.find()).hasSize(1);
        clock.now = clock.now.plusSeconds(3);
        // Its files can no longer be read while it is being removed.
        Files.delete(events);
        assertThat(all.find()).hasSize(1);
        tree.remove(cgroup);
        assertThat(all.find()).isEmpty();
        assertThat(all.ends().values())
                .singleElement()
                .extracting(VmEnd::text)
                .isEqualTo(
                        "died: its cgroup %s was removed at 2026-11-29T10:00:03Z, 3 s after the kernel's OOM killer ended one of its processes"
                                .formatted(tree.path(cgroup)));
    }

    @Test
    void aCgroupThatLosesItsControllersHasNotEnded() throws Exception {
        Path cgroup = tree.make("system.slice/postgresql.service");
        CgroupDriver all = matching("**/postgresql*.service");
        assertThat(all.find()).hasSize(1);
        Files.delete(cgroup.resolve("cpu.max"));
        assertThat(all.find()).isEmpty();
        assertThat(all.ends()).isEmpty();
    }

    private CgroupDriver matching(String glob, InstantSource clock) {
        return new CgroupDriver(
                new CgroupConfig(
                        tree.root(), List.of(), List.of(new CgroupPattern(glob, BOUNDS, NO_DOORS))),
                tree.procfs(),
                VmOwnership.none(),
                folder,
                Optional.empty(),
                clock);
    }

    private static final class ManualClock implements InstantSource {
        private Instant now = Instant.parse("2026-11-29T10:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void aHierarchyOfVersion1IsAFailure() throws Exception {
        Files.delete(tree.root().resolve("cgroup.controllers"));
        Files.createDirectories(tree.path("memory/system.slice/postgresql.service"));
        assertThatThrownBy(matching("**/postgresql*.service")::find)
                .isInstanceOf(DriverException.Failed.class)
                .hasMessageContaining("is not a cgroup v2 hierarchy")
                .hasMessageContaining("systemd.unified_cgroup_hierarchy=1");
    }

    @Test
    void severalCgroupsHaveNoMonitorInCommon() throws Exception {
        tree.make("system.slice/postgresql@15-main.service");
        var one = new CgroupPattern("system.slice/*.service", BOUNDS, DOORS);
        CgroupDriver all =
                new CgroupDriver(
                        new CgroupConfig(tree.root(), List.of(), List.of(one)), tree.procfs());
        assertThat(all.find()).singleElement().extracting(DiscoveredVm::endpoints).isEqualTo(DOORS);
        tree.make("system.slice/postgresql@16-main.service");
        assertThat(all.find())
                .hasSize(2)
                .allSatisfy(
                        found ->
                                assertThat(
                                                ((Endpoint.Unreachable) found.endpoints().monitor())
                                                        .why())
                                        .contains("2 cgroups match", "[vm.NAME]"))
                .allSatisfy(
                        found ->
                                assertThat(found.endpoints().host())
                                        .isEqualTo(new Endpoint.Unused()));
    }

    @Test
    void cgroupHasOneAgentUnderAnyName() throws Exception {
        tree.make("a/pg");
        Path folder = this.folder.resolve("locks");
        var byName =
                new CgroupDriver(
                        new CgroupConfig(
                                tree.root(),
                                List.of(new NamedCgroup("orders", Path.of("a/pg"), BOUNDS, DOORS)),
                                List.of()),
                        tree.procfs(),
                        VmOwnership.of("process 1"),
                        folder);
        var byPattern =
                new CgroupDriver(
                        new CgroupConfig(
                                tree.root(),
                                List.of(),
                                List.of(new CgroupPattern("a/*", BOUNDS, NO_DOORS))),
                        tree.procfs(),
                        VmOwnership.of("process 2"),
                        folder);
        assertThat(byName.find()).hasSize(1);
        assertThat(byPattern.find()).isEmpty();
        assertThat(byPattern.problems())
                .containsExactly("pg is scaled by another agent, process 1");
        byName.close();
        assertThat(byPattern.find()).hasSize(1);
        byPattern.close();
    }

    private CgroupDriver matching(String glob) {
        return matching(tree, glob);
    }

    private static CgroupDriver matching(FakeCgroups cgroups, String glob) {
        return new CgroupDriver(
                new CgroupConfig(
                        cgroups.root(),
                        List.of(),
                        List.of(new CgroupPattern(glob, BOUNDS, NO_DOORS))),
                cgroups.procfs());
    }

    // ---- looking

    @Test
    void unlimitedCgroupHasTheSizeOfTheHost() throws Exception {
        tree.make("a/pg");
        var all = size(4, 8192);
        assertThat(driver.look(found(), WITHIN)).isEqualTo(new ObservedSize(all, all));
        tree.limits("a/pg", "1073741824", "max 100000");
        assertThat(look()).isEqualTo(size(4, 1024));
        tree.limits("a/pg", "max", "25000 50000");
        assertThat(look()).isEqualTo(size(0.5, 8192));
    }

    @Test
    void namesFileWithInvalidContent() throws Exception {
        tree.make("a/pg");
        for (String[] wrong :
                List.of(
                        new String[] {"nonsense", "max 100000", "memory.max"},
                        new String[] {"-1", "max 100000", "memory.max"},
                        new String[] {"max", "max", "cpu.max"},
                        new String[] {"max", "100 0", "cpu.max"})) {
            tree.limits("a/pg", wrong[0], wrong[1]);
            assertThatThrownBy(this::look)
                    .isInstanceOf(DriverException.Failed.class)
                    .hasMessageStartingWith(tree.path("a/pg").resolve(wrong[2]) + " ");
        }
    }

    // ---- resizing

    @Test
    void growsMemoryAndCpusAndKeepsThePeriod() throws Exception {
        tree.make("a/pg");
        tree.limits("a/pg", "1073741824", "12500 50000");
        assertThat(resize(size(0.75, 3072))).isEqualTo(new ResizeOutcome.Done(size(0.75, 3072)));
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("3221225472");
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("37500 50000");
        assertThat(look()).isEqualTo(size(0.75, 3072));
    }

    @Test
    void setsLimitsOnUnlimitedCgroup() throws Exception {
        tree.make("a/pg");
        assertThat(resize(size(1.25, 2048))).isEqualTo(new ResizeOutcome.Done(size(1.25, 2048)));
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("2147483648");
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("125000 100000");
    }

    @Test
    void doesNotRewriteCurrentLimits() throws Exception {
        tree.make("a/pg");
        assertThat(resize(size(4, 8192))).isEqualTo(new ResizeOutcome.Done(size(4, 8192)));
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("max");
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("max 100000");
    }

    @Test
    void shrinksMemoryWhenUsageAndBufferFit() throws Exception {
        tree.make("a/pg");
        tree.limits("a/pg", "2147483648", "100000 100000");
        // 924 MiB are held: with the buffer of 100 MiB, that is all of 1 GiB.
        tree.uses("a/pg", 1900, 976);
        assertThat(resize(size(0.5, 1024))).isEqualTo(new ResizeOutcome.Done(size(0.5, 1024)));
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("1073741824");
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("50000 100000");
    }

    @Test
    void keepsMemoryWhenUsageAndBufferDoNotFit() throws Exception {
        tree.make("a/pg");
        tree.limits("a/pg", "2147483648", "100000 100000");
        tree.uses("a/pg", 1901, 976);
        assertThat(resize(size(0.5, 1024))).isEqualTo(new ResizeOutcome.Partial(size(0.5, 2048)));
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("2147483648");
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("50000 100000");
    }

    @Test
    void restoresLimitWhenUsageRisesMeanwhile() throws Exception {
        tree.make("a/pg");
        tree.limits("a/pg", "max", "100000 100000");
        Path usage = pipe("memory.current");
        try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ResizeOutcome> outcome = others.submit(() -> resize(size(1, 1024)));
            Files.writeString(usage, "1\n");
            until(() -> tree.read("a/pg", "memory.max").equals("1073741824"));
            Files.writeString(usage, "1073741824\n");
            assertThat(outcome.get()).isEqualTo(new ResizeOutcome.Partial(size(1, 8192)));
        }
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("max");
    }

    // ---- failures

    @Test
    void explainsWhyAFileCannotBeWritten() throws Exception {
        Path memory = tree.make("a/pg").resolve("memory.max");
        Files.delete(memory);
        // A kernel file with a number that rejects such large ones.
        Files.createSymbolicLink(memory, Path.of("/proc/self/oom_score_adj"));
        assertThatThrownBy(() -> resize(size(4, 1024)))
                .isInstanceOf(DriverException.Failed.class)
                .hasMessage("cannot write " + memory + ": Invalid argument");
        Files.delete(memory);
        // A file that not even root may write.
        Files.createSymbolicLink(memory, Path.of("/proc/sys/kernel/cap_last_cap"));
        assertThatThrownBy(() -> resize(size(4, 1024)))
                .isInstanceOf(DriverException.Failed.class)
                .hasMessage(
                        "cannot write %s: permission denied; run the agent as root, or delegate"
                                + " the cgroup to its user",
                        memory);
        Files.delete(memory);
    }

    @Test
    void usageThatIsUnknownShrinksNothing() throws Exception {
        Path cgroup = tree.make("a/pg");
        Files.delete(cgroup.resolve("memory.stat"));
        assertThatThrownBy(() -> resize(size(4, 1024)))
                .isInstanceOf(DriverException.Failed.class)
                .hasMessage("cannot read " + cgroup.resolve("memory.stat") + ": no such file");
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("max");
    }

    // ---- one after the other

    @Test
    void laterCallWaitsForRunningResize() throws Exception {
        tree.make("a/pg");
        Path usage = pipe("memory.current");
        DiscoveredVm pg = found();
        try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ResizeOutcome> first =
                    others.submit(() -> driver.resize(pg, size(4, 8192), size(2, 1024), WITHIN));
            // The resize has begun and waits for the FIFO.
            until(() -> tree.read("a/pg", "cpu.max").equals("200000 100000"));
            assertThatThrownBy(() -> driver.look(pg, Duration.ofMillis(50)))
                    .isInstanceOf(DriverException.Failed.class)
                    .hasMessage("an earlier call for pg has not ended within 50 ms");
            Future<ObservedSize> second = others.submit(() -> driver.look(pg, WITHIN));
            // Usage above the new limit ends the first resize.
            Files.writeString(usage, "8589934592\n");
            assertThat(first.get()).isEqualTo(new ResizeOutcome.Partial(size(2, 8192)));
            assertThat(second.get().size()).isEqualTo(size(2, 8192));
        }
    }

    @Test
    void anInterruptedCallHasNoEffect() throws Exception {
        tree.make("a/pg");
        DiscoveredVm pg = found();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> driver.resize(pg, size(4, 8192), size(2, 1024), WITHIN))
                .isInstanceOf(InterruptedException.class);
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("max 100000");
    }

    private DiscoveredVm found() throws Exception {
        return driver.find().getFirst();
    }

    private Resources look() throws Exception {
        return driver.look(found(), WITHIN).size();
    }

    private ResizeOutcome resize(Resources to) throws Exception {
        DiscoveredVm pg = found();
        return driver.resize(pg, driver.look(pg, WITHIN).size(), to, WITHIN);
    }

    /// Replaces a cgroup file by a FIFO: its reader waits until the test writes to it.
    private Path pipe(String file) throws Exception {
        Path pipe = tree.path("a/pg").resolve(file);
        Files.delete(pipe);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) Thread.onSpinWait();
    }

    private static Resources size(double vcpus, long mebibytes) {
        return new Resources(vcpus, Bytes.ofMebibytes(mebibytes));
    }
}
