package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Tests a query that needs more memory than the VM has, without an agent that could add some.
@InLab
class RunawayQueryTest {
    /// Rows of 3.2 MB, all of which are held until the last one exists.
    private static final String QUERY =
            "select length(array_agg(repeat(repeat(md5(i::text), 1000), 100))::text)"
                    + " from generate_series(1, 3000) i";

    @Test
    void onlyItsOwnBackendDies(LabVm vm) throws Exception {
        String postmaster = vm.postmaster();
        String monitor = vm.monitorProcess();
        var query = vm.trySh("psql -Atc \"" + QUERY + "\"");
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
