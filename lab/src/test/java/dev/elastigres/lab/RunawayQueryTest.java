package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A query that takes more memory than there is, with nobody to give more.
@InLab
class RunawayQueryTest {
    /// 3.2 MB a row, none of which can go before the last has come.
    private static final String GLUTTON =
            "select length(array_agg(repeat(repeat(md5(i::text), 1000), 100))::text)"
                    + " from generate_series(1, 3000) i";

    @Test
    void onlyItsOwnBackendDies(LabVm vm) throws Exception {
        String postmaster = vm.postmaster();
        String monitor = vm.monitorProcess();
        var query = vm.trySh("psql -Atc \"" + GLUTTON + "\"");
        assertThat(query.exitCode()).as("%s", query).isNotZero();

        String killed = vm.sh("dmesg | grep 'Killed process' || true");
        assertThat(killed.lines()).allMatch(line -> line.contains("(postgres)"), "of Postgres");
        assertThat(killed.lines()).noneMatch(line -> line.contains("process " + postmaster + " "));
        LabAwait.until(
                "Postgres answers",
                () -> vm.trySh("psql -Atc 'select 1'").exitCode(),
                code -> code == 0);
        assertThat(vm.postmaster()).isEqualTo(postmaster);
        assertThat(vm.monitorProcess()).isEqualTo(monitor);
        vm.awaitReady();
        try (var agent = vm.connectAgent()) {
            agent.checkHealth();
        }
    }
}
