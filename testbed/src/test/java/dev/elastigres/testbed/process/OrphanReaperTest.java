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

    /// Registers a folder of virtual machines and starts three stand-ins for QEMU: one with a path
    /// in that folder, which is not watched by its id, and two with paths in other folders.
    static final class MachineParent {
        private MachineParent() {}

        public static void main(String[] arguments) throws Exception {
            Path temporary = Path.of(arguments[0]);
            Path program = temporary.resolve("qemu-system-test");
            Files.createSymbolicLink(program, Path.of("/usr/bin/tail"));
            Path machines = temporary.resolve("the demo's");
            OrphanReaper.watchMachines(machines);
            var pids = new ArrayList<String>();
            for (Path folder : List.of(machines, temporary.resolve("the demo's 2"), temporary))
                pids.add(start(program, Files.createDirectories(folder.resolve("vm"))));
            System.out.println(String.join(" ", pids));
            Thread.sleep(1_000_000);
        }

        private static String start(Path program, Path folder) throws IOException {
            Path socket = Files.createFile(folder.resolve("qmp.sock"));
            var command = List.of(program.toString(), "-f", socket.toString());
            // `tail` would end with the reader of its output.
            return Long.toString(
                    new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .pid());
        }
    }

    @Test
    void machinesOfAKilledParentAreEndedByTheirFolder() throws Exception {
        Process parent = start(MachineParent.class, temporary.toString());
        List<ProcessHandle> machines = children(parent);
        try {
            parent.toHandle().destroyForcibly();
            machines.getFirst().onExit().get(60, SECONDS);
            awaitRemoved(temporary.resolve("the demo's"));
            assertThat(machines.subList(1, 3)).allMatch(ProcessHandle::isAlive);
            assertThat(temporary.resolve("the demo's 2/vm/qmp.sock")).exists();
        } finally {
            machines.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static Process start(Class<?> main, String... arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /// Returns the processes whose ids the parent prints.
    private static List<ProcessHandle> children(Process parent) throws IOException {
        try (var lines = parent.inputReader(StandardCharsets.UTF_8)) {
            String[] pids = String.valueOf(lines.readLine()).split(" ");
            return List.of(pids).stream()
                    .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                    .toList();
        }
    }

    private static void awaitRemoved(Path folder) {
        long deadline = System.nanoTime() + SECONDS.toNanos(60);
        while (Files.exists(folder)) assertThat(System.nanoTime()).isLessThan(deadline);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsAndRemovesLeftoversOfEndedParent(boolean killed) throws Exception {
        Path folder = temporary.resolve("left 'behind'");
        Process parent =
                killed
                        ? start(Parent.class, folder.toString())
                        : start(Parent.class, folder.toString(), "ends by itself");
        List<ProcessHandle> children = children(parent);
        try {
            assertThat(folder).exists();
            if (killed) parent.toHandle().destroyForcibly();
            CompletableFuture.allOf(children.get(0).onExit(), children.get(1).onExit())
                    .get(60, SECONDS);
            awaitRemoved(folder);
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
