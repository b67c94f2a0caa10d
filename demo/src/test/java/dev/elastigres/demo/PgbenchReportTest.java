package dev.elastigres.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PgbenchReportTest {
    private static final String REPORT =
            """
            transaction type: <builtin: TPC-B (sort of)>
            query mode: prepared
            number of clients: 2
            number of transactions actually processed: 1234
            number of failed transactions: 5 (0.403%)
            latency average = 17.1 ms
            """;

    @Test
    void parsesCountsOfPgbenchReport() throws Exception {
        assertThat(PgbenchReport.parse(REPORT)).isEqualTo(new PgbenchReport(1234, 5, 0));
    }

    @Test
    void aClientThatGaveUpIsADroppedConnection() throws Exception {
        String said =
                REPORT
                        + "pgbench: error: client 1 script 0 aborted in command 5 query 0: server"
                        + " closed the connection unexpectedly\n"
                        + "pgbench: error: Run was aborted; the above results are incomplete.\n";
        PgbenchReport report = PgbenchReport.parse(said);
        assertThat(report.dropped()).isEqualTo(1);
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void reportsPgbenchOutputWithoutReport() {
        assertThatThrownBy(() -> PgbenchReport.parse("pgbench: error: no tables\n"))
                .isInstanceOf(DemoException.class)
                .hasMessage("pgbench gave no report: pgbench: error: no tables");
    }
}
