package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;

/// pgbench inside the guest, so that nothing outside can cut its connections.
record GuestPgbench(LabVm vm) {
    private static final String START =
            """
            rm -f /tmp/pgbench.*
            setsid sh -c '
                pgbench --no-vacuum --client=2 --time=3600 > /tmp/pgbench.out 2>&1
                echo $? > /tmp/pgbench.code
            ' > /dev/null 2>&1 < /dev/null &
            """;

    /// pgbench ends normally on SIGALRM, which it also uses for its time limit.
    private static final String STOP =
            """
            pkill -ALRM -x pgbench
            while [ ! -s /tmp/pgbench.code ]; do sleep 0.05; done
            cat /tmp/pgbench.out /tmp/pgbench.code
            """;

    /// Returns when transactions run.
    static GuestPgbench start(LabVm vm) throws Exception {
        vm.sh(START);
        var pgbench = new GuestPgbench(vm);
        pgbench.awaitMore();
        return pgbench;
    }

    /// Waits until more transactions are complete than at the call.
    void awaitMore() throws Exception {
        long before = count();
        LabAwait.until("more transactions than " + before, this::count, count -> count > before);
    }

    private long count() throws VmException, GuestException, InterruptedException {
        return Long.parseLong(vm.sql("select count(*) from pgbench_history"));
    }

    /// Ends pgbench. Every transaction that it began must have succeeded.
    void stop() throws VmException, GuestException, InterruptedException {
        String said = vm.sh(STOP);
        assertThat(said).contains("number of failed transactions: 0 ").endsWith("\n0");
    }
}
