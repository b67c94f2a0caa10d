package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// psql in the guest, in a terminal as `elastigres vm psql` provides it.
@InLab
class GuestPsqlTest {
    /// Shows a result of more lines than the terminal has, which psql pipes into its pager, and
    /// presses `q` twice a second until the pager has ended. An endless stream of keys would fill
    /// the terminal, whose memory is the guest's.
    private static final String LONG_RESULT =
            """
            for key in $(seq 200); do printf q; sleep 0.5; done | script -qec 'stty rows 10 cols 40; export TERM=linux; \
                exec psql -c "select 4200 + i as line from generate_series(1, 300) i"' /dev/null
            """;

    @Test
    void aLongResultIsShownByThePager(LabVm vm) throws Exception {
        assertThat(vm.sh(LONG_RESULT)).contains("4201", "4203").doesNotContain("not found", "4299");
    }
}
