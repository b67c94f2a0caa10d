package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Uses files that imitate a cgroup's. The lab tests what only a kernel can do.
class KernelMemorySignalsTest {
    @TempDir Path cgroup;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private KernelMemorySignals signals;

    @BeforeEach
    void prepare() {
        signals = new KernelMemorySignals(cgroup, new RecordedKernelSignals());
    }

    @AfterEach
    void close() {
        signals.close();
    }

    @Test
    void countsOomKillsReportedByKernel() throws Exception {
        events(7);
        Files.writeString(cgroup.resolve("memory.pressure"), "");
        signals.start();
        // The trigger is written before the count is read, so the first rise may go unseen.
        while (Files.size(cgroup.resolve("memory.pressure")) == 0) Thread.onSpinWait();
        assertThat(Files.readString(cgroup.resolve("memory.pressure")))
                .isEqualTo("some 150000 1000000\0");
        for (int kills = 8; !hears("killed"); kills++) events(kills);
        assertThat(signals.oomKills()).isPositive();
    }

    private boolean hears(String what) throws InterruptedException {
        String next = heard.poll(50, TimeUnit.MILLISECONDS);
        return next != null && next.startsWith(what);
    }

    @Test
    void reportsUnavailableSignalOnce() throws Exception {
        events(0);
        signals.start();
        assertThat(heard.poll(30, TimeUnit.SECONDS))
                .isEqualTo(
                        "unavailable: open "
                                + cgroup.resolve("memory.pressure")
                                + ": no such file");
    }

    private void events(int kills) throws Exception {
        Files.writeString(
                cgroup.resolve("memory.events"),
                "low 0\nhigh 0\nmax 0\noom 0\noom_kill %d\noom_group_kill 0\n".formatted(kills));
    }

    private final class RecordedKernelSignals implements MemorySignals.MemorySignalListener {
        @Override
        public void pressureDetected() {
            heard.add("pressureDetected");
        }

        @Override
        public void killed(long more) {
            heard.add("killed " + more);
        }

        @Override
        public void moved() {
            heard.add("moved");
        }

        @Override
        public void unavailable(String why) {
            heard.add("unavailable: " + why);
        }

        @Override
        public void failed(Throwable bug) {
            heard.add("failed: " + bug);
        }
    }
}
