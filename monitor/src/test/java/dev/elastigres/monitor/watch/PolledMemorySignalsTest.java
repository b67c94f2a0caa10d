package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.pods.FakeContainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Uses files to which no trigger is written.
class PolledMemorySignalsTest {
    @TempDir Path folder;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final TickScheduler scheduler = new TickScheduler("watcher", (_, _) -> {});
    private FakeContainer container;
    private PolledMemorySignals signals;

    @BeforeEach
    void start() throws Exception {
        container = FakeContainer.in(folder.resolve("pod/one")).oomKills(7);
        signals =
                new PolledMemorySignals(
                        container.folder(), scheduler.ticker(), new RecordedPolledSignals());
        scheduler.start();
    }

    @AfterEach
    void close() {
        signals.close();
        scheduler.close();
    }

    @Test
    void countsKillsSinceItsStart() throws Exception {
        signals.start();
        // The first poll, whenever it comes, is the base of all others.
        for (long kills = 8; kills < 50 && !hears("killed 1"); kills++) container.oomKills(kills);
        assertThat(signals.oomKills()).isPositive();
    }

    @Test
    void detectsPressureWithoutTrigger() throws Exception {
        String before = Files.readString(container.folder().resolve("memory.pressure"));
        signals.start();
        assertThat(heard.poll(1500, TimeUnit.MILLISECONDS)).as("all is calm").isNull();
        assertThat(Files.readString(container.folder().resolve("memory.pressure")))
                .isEqualTo(before);
        container.memoryStall(149_999);
        assertThat(heard.poll(1500, TimeUnit.MILLISECONDS)).as("too little").isNull();
        container.memoryStall(400_000);
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("pressureDetected");
    }

    @Test
    void reportsUnavailableSignalOnce() throws Exception {
        Files.delete(container.folder().resolve("memory.pressure"));
        signals.start();
        assertThat(heard.poll(30, TimeUnit.SECONDS))
                .startsWith("unavailable cannot read ")
                .endsWith("memory.pressure: no such file");
        container.oomKills(8);
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("killed 1");
        assertThat(heard).isEmpty();
    }

    private boolean hears(String what) throws InterruptedException {
        String next = heard.poll(600, TimeUnit.MILLISECONDS);
        return what.equals(next);
    }

    private final class RecordedPolledSignals implements MemorySignals.MemorySignalListener {
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
            throw new AssertionError("nobody looks for that");
        }

        @Override
        public void unavailable(String why) {
            heard.add("unavailable " + why);
        }

        @Override
        public void failed(Throwable bug) {
            throw new AssertionError(bug);
        }
    }
}
