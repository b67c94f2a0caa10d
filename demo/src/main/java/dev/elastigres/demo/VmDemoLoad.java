package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.VmDemoEvent.QueryEnded;
import dev.elastigres.vm.guest.GuestChannel;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/// The load on the Postgres in the VM. Its clients run inside the guest, so that no connection
/// leaves it.
final class VmDemoLoad {
    /// Application name of the few clients that run all the time.
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

    /// A running pgbench.
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

        /// Ends it and returns its report.
        ///
        /// @throws DemoException if pgbench failed
        PgbenchReport end() throws DemoException, InterruptedException {
            // pgbench ends normally on SIGALRM, which it also uses for its time limit.
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

    /// Waits until all steady clients are connected, and returns their backends.
    Set<String> awaitSteadySessions() throws DemoException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            Set<String> sessions = steadySessions();
            if (sessions.size() == STEADY_CLIENTS) return sessions;
            if (System.nanoTime() - deadline > 0)
                throw new DemoException("pgbench's clients do not connect to Postgres");
            Thread.sleep(PAUSE);
        }
    }

    /// Returns the process ids of the backends that serve the steady clients.
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

        /// Waits for the end of the query.
        ///
        /// @throws DemoException if the query failed
        QueryEnded result() throws DemoException, InterruptedException {
            GuestChannel.GuestCommandResult result = work.result(TIMEOUT);
            var took = Duration.ofNanos(System.nanoTime() - begun);
            if (!result.output().strip().equals(Long.toString(rows())))
                throw new DemoException("the query failed: " + result.errors().strip());
            return new QueryEnded(script.held(), took);
        }
    }

    /// Returns a query that sorts rows of 1 MiB and holds all of them until the last one exists.
    /// The pause is an expression of the row, so that the rows come one by one.
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
