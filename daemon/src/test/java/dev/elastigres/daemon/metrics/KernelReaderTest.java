package dev.elastigres.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelReaderTest {
    private final KernelReader reader = new KernelReader();
    @TempDir Path folder;

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void readsAvailableFile() throws Exception {
        Path file = Files.writeString(folder.resolve("loadavg"), "0.50 1 2\n");
        assertThat(reader.read(file).lines()).containsExactly("0.50 1 2");
        assertThat(reader.silent()).isEmpty();
    }

    @Test
    void neverReturnsResultOfAnEarlierReading() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            int now = i;
            assertThat(reader.call("counter", "a counter", () -> now)).isEqualTo(i);
        }
    }

    @Test
    void waitsOnceForAFileThatDoesNotAnswer() throws Exception {
        Path fifo = fifo("stat");
        assertThat(reader.read(fifo).problem()).contains(fifo + " does not answer");
        assertThat(reader.silent()).containsExactly(fifo.toString());

        long began = System.nanoTime();
        for (int i = 0; i < 100; i++)
            assertThat(reader.read(fifo).problem()).contains(fifo + " does not answer");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(900));
        assertThat(threads()).as("one thread waits for all of them").isEqualTo(1);

        Files.writeString(fifo, "btime 7\n");
        while (!reader.silent().isEmpty()) Thread.onSpinWait();
        Files.delete(fifo);
        Files.writeString(fifo, "btime 8\n");
        assertThat(reader.read(fifo).number("btime ")).hasValue(8);
    }

    @Test
    void allFilesMayBeSilent() throws Exception {
        var fifos = new ArrayList<Path>();
        for (int i = 0; i < 20; i++) fifos.add(fifo("silent-" + i));
        var readers = new ArrayList<Thread>();
        for (Path fifo : fifos) readers.add(Thread.ofVirtual().start(() -> reader.read(fifo)));
        for (Thread each : readers) each.join();
        assertThat(reader.silent()).hasSize(16);
        assertThat(threads()).isEqualTo(16);
        Path file = Files.writeString(folder.resolve("loadavg"), "0.50 1 2\n");
        assertThat(reader.read(file).problem())
                .contains(file + " is not read: too many files do not answer");
        for (Path fifo : fifos) {
            // A FIFO that was not opened has no blocked reader.
            if (reader.silent().contains(fifo.toString())) Files.writeString(fifo, "\n");
        }
        while (!reader.silent().isEmpty()) Thread.onSpinWait();
        assertThat(reader.read(file).lines()).hasSize(1);
    }

    @Test
    void readersOfTheSameShareAReading() throws Exception {
        var began = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var first =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        reader.call(
                                                "it",
                                                "it",
                                                () -> {
                                                    began.countDown();
                                                    release.await();
                                                    return List.of();
                                                });
                                    } catch (KernelReader.ReadTimeoutException
                                            | ExecutionException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
        began.await();
        var second =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        reader.call(
                                                "it",
                                                "it",
                                                () -> {
                                                    throw new IOException("read twice");
                                                });
                                    } catch (KernelReader.ReadTimeoutException
                                            | ExecutionException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
        while (second.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
        release.countDown();
        first.join();
        second.join();
        assertThat(reader.silent()).isEmpty();
    }

    @Test
    void reportsFailureOfReading() {
        assertThatThrownBy(
                        () ->
                                reader.call(
                                        "it",
                                        "it",
                                        () -> {
                                            throw new IOException("no such file");
                                        }))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("no such file");
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("kernel-reader"))
                .count();
    }

    private Path fifo(String name) throws Exception {
        Path path = folder.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
        return path;
    }
}
