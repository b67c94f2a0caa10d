package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// pgbench on this machine, connected to Postgres in the guest.
record HostPgbench(LabVm vm, Process process, Path output) implements AutoCloseable {
    private static final int STOP_SECONDS = 60;

    /// Returns when transactions run.
    static HostPgbench start(LabVm vm, String address, Path folder) throws Exception {
        Path output = folder.resolve("pgbench");
        var builder =
                new ProcessBuilder(
                        "pgbench",
                        "--no-vacuum",
                        "--client=2",
                        "--time=3600",
                        "--host=" + address,
                        "--username=postgres",
                        "postgres");
        builder.environment().put("PGPASSWORD", "lab");
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        var pgbench = new HostPgbench(vm, builder.start(), output);
        pgbench.awaitMore();
        return pgbench;
    }

    /// Waits until more transactions are complete than at the call.
    void awaitMore() throws Exception {
        long before = count();
        LabAwait.until("more transactions than " + before, this::count, count -> count > before);
    }

    private long count() throws Exception {
        assertThat(process.isAlive()).as("pgbench runs").isTrue();
        return Long.parseLong(vm.sql("select count(*) from pgbench_history"));
    }

    /// Ends pgbench with SIGALRM, which it also uses for its time limit. Every transaction that it
    /// began must have succeeded.
    void stop() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-ALRM", String.valueOf(process.pid())).start().waitFor();
        assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).as("pgbench ended").isTrue();
        String said = Files.readString(output);
        assertThat(said).contains("number of failed transactions: 0 ");
        assertThat(process.exitValue()).as(said).isZero();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
