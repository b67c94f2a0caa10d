package dev.elastigres.testbed.process;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrphanReaperTest {
    @TempDir private Path temporary;

    /// Starts two children, one of which ignores its signal, a third child that is not watched, and
    /// a folder; then waits.
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            Files.createDirectories(folder.resolve("a b/c"));
            Files.writeString(folder.resolve("a b/c/file"), "text");
            OrphanReaper.watch(folder);
            Process polite = child("sleep 1000");
            Process deaf = child("trap '' TERM; while :; do sleep 0.1; done");
            Process stranger = child("sleep 1000");
            OrphanReaper.watch(polite.toHandle(), "TERM");
            OrphanReaper.watch(deaf.toHandle(), "TERM");
            System.out.println(polite.pid() + " " + deaf.pid() + " " + stranger.pid());
            if (arguments.length > 1) return;
            Thread.sleep(1_000_000);
        }

        private static Process child(String script) throws IOException {
            return new ProcessBuilder("sh", "-c", script).start();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAKilledParentLeavesIsEndedAndRemoved(boolean killed) throws Exception {
        Path folder = temporary.resolve("left 'behind'");
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Parent.class.getName(),
                                folder.toString()));
        if (!killed) command.add("ends by itself");
        Process parent =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<ProcessHandle> children;
        try (var lines = parent.inputReader(StandardCharsets.UTF_8)) {
            String[] pids = String.valueOf(lines.readLine()).split(" ");
            children =
                    List.of(pids).stream()
                            .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                            .toList();
        }
        try {
            assertThat(folder).exists();
            if (killed) parent.toHandle().destroyForcibly();
            CompletableFuture.allOf(children.get(0).onExit(), children.get(1).onExit())
                    .get(60, SECONDS);
            long deadline = System.nanoTime() + SECONDS.toNanos(60);
            while (Files.exists(folder)) assertThat(System.nanoTime()).isLessThan(deadline);
            assertThat(children.get(2).isAlive()).isTrue();
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void aProcessThatHasEndedIsNotWatched() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        assertThat(ended.waitFor()).isZero();
        OrphanReaper.watch(ended.toHandle(), "TERM");
        assertThat(ended.isAlive()).isFalse();
    }
}
