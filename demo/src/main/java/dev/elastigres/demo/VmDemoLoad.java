package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.VmDemoEvent.QueryEnded;
import dev.elastigres.vm.guest.GuestChannel;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/// What is put on the Postgres in the VM, from inside, so that no connection ends outside of it.
final class VmDemoLoad {
    /// The few clients that stay all the time.
    private static final String STEADY = "steady";

    private static final String RUSH = "rush";
    private static final int STEADY_CLIENTS = 2;
    private static final Bytes ROW = Bytes.ofMebibytes(1);

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final DemoVm vm;
    private final VmDemoScript script;

    VmDemoLoad(DemoVm vm, VmDemoScript script) {
        this.vm = vm;
        this.script = script;
    }

    /// pgbench that runs.
    final class PgbenchRun {
        private final String name;
        private final GuestCommand work;

        private PgbenchRun(String name, String flags) {
            this.name = name;
            String command =
                    "env PGAPPNAME=%s pgbench --no-vacuum --protocol=prepared --time=3600 %s"
                            .formatted(name, flags);
            work = GuestCommand.start(vm.guest(), name, command);
        }

        /// Ends it.
        ///
        /// @throws DemoException when it broke off, and how
        PgbenchReport end() throws DemoException, InterruptedException {
            // pgbench takes an alarm as the end of its time.
            if (!work.isOver()) vm.sh("kill -ALRM $(cat /run/%s.pid)".formatted(name));
            GuestChannel.GuestCommandResult result = work.result(TIMEOUT);
            var report = PgbenchReport.parse(result.output() + result.errors());
            if (result.exitCode() != 0 && report.isClean())
                throw new DemoException("pgbench failed: " + result.errors().strip());
            return report;
        }
    }

    PgbenchRun startSteady() {
        return new PgbenchRun(
                STEADY, "--client=%d --rate=%d".formatted(STEADY_CLIENTS, script.steadyRate()));
    }

    PgbenchRun startRush() {
        return new PgbenchRun(RUSH, "--skip-some-updates --client=" + script.clients());
    }

    /// Waits until all of the clients that stay are there.
    Set<String> awaitSteadySessions() throws DemoException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            Set<String> sessions = steadySessions();
            if (sessions.size() == STEADY_CLIENTS) return sessions;
            if (System.nanoTime() - deadline > 0)
                throw new DemoException("the clients of pgbench do not come to Postgres");
            Thread.sleep(PAUSE);
        }
    }

    /// The processes of Postgres that serve the clients that stay.
    Set<String> steadySessions() throws DemoException, InterruptedException {
        return sql("select pid from pg_stat_activity where application_name = '" + STEADY + "'")
                .lines()
                .collect(Collectors.toSet());
    }

    private String sql(String query) throws DemoException, InterruptedException {
        return vm.sh("psql -Atc \"" + query + "\"");
    }

    /// A query whose memory grows step by step.
    final class GrowingQuery {
        private final long begun = System.nanoTime();
        private final GuestCommand work;

        private GrowingQuery() {
            work =
                    GuestCommand.start(
                            vm.guest(),
                            "query",
                            "env PGOPTIONS='-c work_mem=4GB' psql -Atc \"" + sort() + "\"");
        }

        boolean isOver() {
            return work.isOver();
        }

        /// @throws DemoException when it did not live
        QueryEnded result() throws DemoException, InterruptedException {
            GuestChannel.GuestCommandResult result = work.result(TIMEOUT);
            var took = Duration.ofNanos(System.nanoTime() - begun);
            if (!result.output().strip().equals(Long.toString(rows())))
                throw new DemoException("the query failed: " + result.errors().strip());
            return new QueryEnded(script.held(), took);
        }
    }

    /// Rows of 1 MiB, none of which can go before the last has come. The pause is part of the row,
    /// so that the rows come one by one.
    private String sort() {
        return """
        select count(*) from (
            select repeat(repeat(md5(i::text) || pg_sleep(%s)::text, 1024), 32) as filler
            from generate_series(1, %d) i order by filler offset 0
        ) sorted
        """
                .formatted(script.betweenRows().toMillis() / 1000.0, rows());
    }

    private long rows() {
        return script.held().value() / ROW.value();
    }

    GrowingQuery startQuery() {
        return new GrowingQuery();
    }
}
