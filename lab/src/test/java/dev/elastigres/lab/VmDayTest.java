package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.lab.AgentDaemon.SizeEvent;
import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Typical loads of one day, one after the other, on a VM that `elastigres agent` scales. The test
/// prints the sizes and the number of resizes and of reloads of Postgres' settings, and checks
/// that all loads succeed, that no process is killed, that reloads are few, and that the VM is
/// small afterwards.
///
/// By default the loads take some minutes. With `-Dlab.day=true` they are eight times as large, the
/// VM is idle after each of them, and `damping-window` has its default.
@InLab
class VmDayTest {
    private static final boolean IS_FULL = Boolean.getBoolean("lab.day");
    private static final int SCALE = IS_FULL ? 8 : 1;
    private static final Duration DAMPING_WINDOW = Duration.ofSeconds(IS_FULL ? 60 : 10);
    private static final Duration IDLE_TIME = Duration.ofSeconds(IS_FULL ? 600 : 30);
    private static final Duration BOOT_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(5L * SCALE);
    private static final Duration SHRINK_TIMEOUT = DAMPING_WINDOW.plusMinutes(3);
    private static final Resources MIN = new Resources(1, Bytes.ofMebibytes(512));
    private static final Resources MAX = new Resources(2, Bytes.ofGibibytes(4));
    private static final int MAX_EVENTS_PER_LOAD = 8;

    /// The monitor reloads once for a resize, however many steps it takes, and again if the resize
    /// takes longer than the monitor's maximum delay of 30 s.
    private static final int MAX_RELOADS_PER_RESIZE = 2;

    /// What an idle VM has at most after a load, whose last pages Postgres and the kernel keep.
    private static final Resources SMALL = new Resources(1, Bytes.ofGibibytes(1));

    private static final String COUNT_RELOADS =
            "cat /var/log/postgresql/*.log | grep -c 'received SIGHUP' || true";

    private static final String COUNT_KILLS = "dmesg | grep -c 'Killed process' || true";

    /// Starts a client whose one session lasts through all loads.
    private static final String CLIENT =
            """
            psql -qc 'create table beside (at timestamptz)'
            echo 'insert into beside values (now());' > /tmp/beside.sql
            pgbench --initialize --quiet --scale=1
            setsid sh -c '
                pgbench --no-vacuum --rate=2 --time=36000 --file=/tmp/beside.sql > /tmp/beside.out 2>&1
                echo $? > /tmp/beside.code
            ' > /dev/null 2>&1 < /dev/null &
            """;

    private static final String STOP_CLIENT =
            """
            pkill -ALRM -x pgbench
            while [ ! -s /tmp/beside.code ]; do sleep 0.05; done
            cat /tmp/beside.out /tmp/beside.code
            """;

    private static final String RUN =
            """
            rm -f /tmp/load.code
            setsid sh -c '
                sh -e /tmp/load.sh > /tmp/load.out 2>&1
                echo $? > /tmp/load.code
            ' > /dev/null 2>&1 < /dev/null &
            """;

    /// A load, as a shell script for the guest. Rows of 8 KB take much memory in little time, even
    /// in an emulated guest.
    private enum DayLoad {
        BULK_LOAD(
                """
                psql -qc "create table day as select i as id, repeat(md5(i::text), 30) as filler \
                    from generate_series(1, 80000 * SCALE) i"
                """),
        SORT(
                """
                psql -qc "set work_mem = '2GB'" -c "select count(*) from (select filler from \
                    (select repeat(md5(i::text), 250) as filler from generate_series(1, 60000) i) t \
                    order by filler collate \\"C\\") s"
                """),
        HASH(
                """
                psql -qc "set work_mem = '2GB'" -c "select count(*) from (select distinct filler from \
                    (select repeat(md5(i::text), 250) as filler from generate_series(1, 60000) i) t) s"
                """),
        INDEX_BUILD(
                """
                psql -qc "set maintenance_work_mem = '1GB'" \
                    -c 'create index on day (filler collate "C", id)'
                """),
        DUMP("pg_dump --table=day --format=custom --compress=1 > /dev/null"),
        COPY(
                """
                psql -qc "copy day to '/tmp/day.copy'" -c 'create table copied (like day)' \
                    -c "copy copied from '/tmp/day.copy'" -c 'drop table copied'
                rm /tmp/day.copy
                """),
        VACUUM_FULL(
                """
                psql -qc 'update day set id = id + 1 where id % 3 = 0' -c 'vacuum full day'
                """),
        CONNECTIONS(
                """
                pgbench --no-vacuum --select-only --client=60 --jobs=2 --time=$((15 * SCALE))
                """),
        /// A session whose memory grows by at most 100 MiB a second until it ends.
        LEAK(
                """
                psql -qc "select array_length(array_agg(repeat(md5(i::text), 1000) \
                    || case when i % 320 = 0 then pg_sleep(0.1)::text else '' end), 1) \
                    from generate_series(1, 28000) i"
                """);

        private final String script;

        DayLoad(String script) {
            this.script = script;
        }

        /// Returns whether the VM is idle after the load until it is small again.
        boolean isIdleAfter() {
            return IS_FULL || this == SORT || this == VACUUM_FULL || this == LEAK;
        }

        /// Runs the load and returns how long it took.
        Duration run(LabVm vm) throws Exception {
            long began = System.nanoTime();
            vm.write("/tmp/load.sh", script.replace("SCALE", Integer.toString(SCALE)));
            vm.sh(RUN);
            String result =
                    LabAwait.until(
                            name(),
                            LOAD_TIMEOUT,
                            () -> vm.sh("cat /tmp/load.code /tmp/load.out 2>/dev/null || true"),
                            it -> !it.isBlank() && Character.isDigit(it.charAt(0)));
            assertThat(result).as(name()).startsWith("0");
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }

    @TempDir private Path folder;

    @Test
    @Timeout(7200)
    void growsForLoadsAndShrinksAfterThem(GoldenSnapshot golden) throws Exception {
        VmManager machines = golden.machines();
        var wanted =
                new NewVmSpec(
                        "day",
                        new CpuRange(1, 2),
                        MemoryRange.parse("512M..4G"),
                        GoldenSnapshot.image(),
                        AcceleratorChoice.AUTO,
                        LabVm.network());
        var spec = machines.create(wanted);
        machines.start(wanted.name(), BOOT_TIMEOUT);
        try (var vm = LabVm.published(machines, spec)) {
            vm.awaitReady();
            vm.resize(OptionalInt.of(2), Optional.of(MAX.memory()));
            List<String> flags = List.of("--damping-window", DAMPING_WINDOW.toSeconds() + "s");
            try (var agent = AgentDaemon.start(golden, folder, flags)) {
                runAll(vm, agent);
            } catch (Exception | AssertionError e) {
                System.err.println(vm.recentLogs());
                throw e;
            }
        }
    }

    private static void runAll(LabVm vm, AgentDaemon agent) throws Exception {
        awaitAtMost(MIN, "after its maximum", vm, agent);
        assertStaysSmall(agent);

        vm.sh(CLIENT);
        int reloadsBefore = Integer.parseInt(vm.sh(COUNT_RELOADS));
        int beginning = agent.events().size();
        for (DayLoad load : DayLoad.values()) runOne(load, vm, agent);
        assertThat(vm.sh(STOP_CLIENT))
                .contains("number of failed transactions: 0 ")
                .endsWith("\n0");

        List<SizeEvent> events = agent.events().subList(beginning, agent.events().size());
        int reloads = Integer.parseInt(vm.sh(COUNT_RELOADS)) - reloadsBefore;
        System.err.printf("lab: %d resizes, %d reloads of settings%n", events.size(), reloads);
        assertThat(reloads)
                .as("reloads")
                .isLessThanOrEqualTo(events.size() * MAX_RELOADS_PER_RESIZE);
        assertThat(vm.sh(COUNT_KILLS)).as("kills").isEqualTo("0");
        for (String failure : List.of("resize_failed", "resize_hung"))
            assertThat(agent.count(failure)).as(failure).isZero();
        assertThat(events).anyMatch(it -> it.to().memory().compareTo(MIN.memory().times(2)) >= 0);
        assertThat(events).anyMatch(it -> it.to().vcpus() == MAX.vcpus());
        crash(vm);
        awaitAtMost(SMALL, "after a crash", vm, agent);
    }

    private static void runOne(DayLoad load, LabVm vm, AgentDaemon agent) throws Exception {
        int before = agent.events().size();
        Resources began = vm.maxNow();
        Duration took = load.run(vm);
        Resources ended = vm.maxNow();
        long idleSince = System.nanoTime();
        if (load.isIdleAfter()) awaitAtMost(SMALL, "after " + load, vm, agent);
        Duration shrunk = Duration.ofNanos(System.nanoTime() - idleSince);
        List<SizeEvent> events = agent.events().subList(before, agent.events().size());
        Resources max = events.stream().map(SizeEvent::to).reduce(began, Resources::max);
        System.err.printf(
                "lab: %s took %d s, had at most %s, at its end %s, was small %d s later; %d"
                        + " resizes, %d of them growths%n",
                load,
                took.toSeconds(),
                max.text(),
                ended.text(),
                shrunk.toSeconds(),
                events.size(),
                events.stream().filter(SizeEvent::isGrowth).count());
        assertThat(events).as(load.name()).hasSizeLessThanOrEqualTo(MAX_EVENTS_PER_LOAD);
        assertThat(events).allMatch(it -> MAX.covers(it.to()) && it.to().covers(MIN));
    }

    private static void assertStaysSmall(AgentDaemon agent) throws Exception {
        List<SizeEvent> before = agent.events();
        long end = System.nanoTime() + IDLE_TIME.toNanos();
        LabAwait.until(
                "the VM was idle",
                IDLE_TIME.multipliedBy(2),
                () -> {
                    assertThat(agent.events()).as("an idle VM stays small").isEqualTo(before);
                    return System.nanoTime() - end > 0;
                },
                isOver -> isOver);
    }

    /// Waits until the VM has at most a size, and until the agent has recorded the VM's size.
    private static void awaitAtMost(Resources size, String when, LabVm vm, AgentDaemon agent)
            throws Exception {
        LabAwait.until("the VM is small " + when, SHRINK_TIMEOUT, vm::maxNow, size::covers);
        LabAwait.until(
                "the agent's last event has the VM's size",
                () -> agent.events().isEmpty() || agent.events().getLast().to().equals(vm.maxNow()),
                isRecorded -> isRecorded);
    }

    /// Crashes a backend, which ends all sessions. Postgres restarts in the same VM, and the
    /// monitor keeps its session with the agent.
    private static void crash(LabVm vm) throws Exception {
        String backend =
                vm.sql("select pid from pg_stat_activity where backend_type = 'checkpointer'");
        String monitor = vm.monitorProcess();
        vm.sh("kill -9 " + backend);
        LabAwait.until(
                "Postgres answers",
                () -> vm.trySh("psql -Atc 'select count(*) from day'").exitCode(),
                code -> code == 0);
        assertThat(vm.monitorProcess()).isEqualTo(monitor);
        assertThat(vm.awaitReady().hasSession()).isTrue();
    }
}
