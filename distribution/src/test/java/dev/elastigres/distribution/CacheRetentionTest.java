package dev.elastigres.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheRetentionTest {
    private static final int SURPLUS = 3;
    private static final int ALL = CacheRetention.MAX_ENTRIES + SURPLUS;

    private final Path cache;
    private final CacheRetention folders;
    private final CacheRetention packages;

    CacheRetentionTest(@TempDir Path cache) {
        this.cache = cache;
        folders = new CacheRetention(cache, "monitor-", "");
        packages = new CacheRetention(cache, "monitor-", ".deb");
    }

    private Path folder(int number) throws IOException {
        Path folder = Files.createDirectory(cache.resolve("monitor-" + number));
        Files.writeString(folder.resolve("file"), "content");
        return folder;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(cache)) {
            return all.map(it -> it.getFileName().toString())
                    .filter(it -> !it.equals(".retention.lock"))
                    .toList();
        }
    }

    private static Instant later() {
        return Instant.now().plus(CacheRetention.MIN_AGE).plus(Duration.ofMinutes(1));
    }

    @Test
    void keepsTheMostRecentlyUsedOfEachKind() throws Exception {
        Path oldest = folder(0);
        for (int i = 1; i < ALL; i++) folder(i);
        for (int i = 0; i < ALL; i++) Files.writeString(cache.resolve("monitor-" + i + ".deb"), "");
        Path newest = cache.resolve("monitor-" + (ALL - 1));
        // The clock of the file system ticks every few milliseconds.
        while (!changedAt(oldest).isAfter(changedAt(newest)))
            assertThat(folders.use(oldest)).isTrue();
        folders.prune(later());
        assertThat(names().stream().filter(it -> !it.endsWith(".deb")))
                .hasSize(CacheRetention.MAX_ENTRIES)
                .contains("monitor-0");
        assertThat(names().stream().filter(it -> it.endsWith(".deb"))).hasSize(ALL);
        packages.prune(later());
        assertThat(names()).hasSize(2 * CacheRetention.MAX_ENTRIES);
    }

    private static Instant changedAt(Path file) throws IOException {
        return ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
    }

    @Test
    void keepsEntriesUsedWithinTheLastHour() throws Exception {
        for (int i = 0; i < ALL; i++) folder(i);
        folders.prune(Instant.now());
        assertThat(names()).hasSize(ALL);
    }

    @Test
    void keepsEntryOfRunningProcess() throws Exception {
        Path running = folder(0);
        Path program = running.resolve("sleep");
        Files.copy(Path.of("/bin/sleep"), program, StandardCopyOption.COPY_ATTRIBUTES);
        Process process = new ProcessBuilder(program.toString(), "60").start();
        try {
            Instant first = changedAt(running);
            for (int i = 1; i < ALL; i++) {
                Path next = folder(i);
                while (!changedAt(next).isAfter(first)) folders.use(next);
            }
            folders.prune(later());
            assertThat(names())
                    .hasSize(CacheRetention.MAX_ENTRIES + 1)
                    .contains(running.getFileName().toString());
        } finally {
            process.destroyForcibly().waitFor();
        }
        folders.prune(later());
        assertThat(names()).hasSize(CacheRetention.MAX_ENTRIES);
    }

    @Test
    void modificationTimeStays() throws Exception {
        Path folder = folder(0);
        FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        Files.setLastModifiedTime(folder, time);
        folders.use(folder);
        assertThat(Files.getLastModifiedTime(folder)).isEqualTo(time);
        assertThat(folders.use(cache.resolve("monitor-missing"))).isFalse();
    }

    @Test
    void concurrentCallsDeleteEachEntryOnce() throws Exception {
        for (int i = 0; i < 10 * ALL; i++) folder(i);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> calls =
                    IntStream.range(0, 8)
                            .mapToObj(
                                    _ ->
                                            threads.submit(
                                                    () -> {
                                                        folders.prune(later());
                                                        return null;
                                                    }))
                            .toList();
            for (Future<?> each : calls) each.get();
        }
        assertThat(names()).hasSize(CacheRetention.MAX_ENTRIES);
    }
}
