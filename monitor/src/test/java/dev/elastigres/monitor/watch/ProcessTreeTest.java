package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.elastigres.monitor.watch.Postmaster.ByDataDirectory;
import dev.elastigres.monitor.watch.Postmaster.ByPid;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Uses real processes that hold memory as requested.
class ProcessTreeTest {
    private static final long MIB = 1 << 20;
    private static final Path PROC = Path.of("/proc");

    private final List<MemoryHolder> holders = new ArrayList<>();
    private final ReadBuffer scratch = ReadBuffer.create();

    @AfterEach
    void end() {
        holders.forEach(MemoryHolder::close);
    }

    @Test
    void followsAProcessThatGrowsAndShrinks() throws Exception {
        MemoryHolder parent = holder();
        try (var tree = new ProcessTree(PROC, new ByPid(parent.pid()))) {
            long before = tree.read(0, scratch);
            parent.hold(64);
            long grown = tree.read(0, scratch);
            assertThat(grown - before).isBetween(60 * MIB, 80 * MIB);
            parent.hold(0);
            assertThat(grown - tree.read(0, scratch)).isGreaterThan(56 * MIB);
        }
    }

    @Test
    void countsChildrenAndForgetsThemWhenTheyEnd() throws Exception {
        MemoryHolder parent = new MemoryHolder(shellAround(MemoryHolderProgram.command()));
        holders.add(parent);
        try (var tree = new ProcessTree(PROC, new ByPid(parent.pid()))) {
            long before = tree.read(0, scratch);
            parent.hold(64);
            long grown = tree.read(0, scratch);
            assertThat(grown - before).isBetween(60 * MIB, 80 * MIB);
            parent.tell("leave");
            assertThat(tree.read(0, scratch)).isLessThan(10 * MIB);
        }
    }

    /// Returns the command of a parent that holds no memory itself and outlives its child.
    private static List<String> shellAround(List<String> command) {
        var shell = new ArrayList<>(List.of("sh", "-c", "\"$@\"; echo done; read -r _", "sh"));
        shell.addAll(command);
        return shell;
    }

    @Test
    void findsAPostmasterByItsDataDirectoryAcrossRestarts(@TempDir Path data) throws Exception {
        var tree = new ProcessTree(PROC, new ByDataDirectory(data));
        try (tree) {
            assertUnreadable(tree, "no Postgres runs in " + data);
            Path pidFile = data.resolve("postmaster.pid");
            Files.writeString(pidFile, "not a pid\n");
            assertUnreadable(tree, "does not begin with a process id");

            MemoryHolder first = holder();
            Files.writeString(pidFile, first.pid() + "\n" + data + "\n");
            assertThat(tree.read(0, scratch)).isPositive();
            int generation = tree.generation();

            first.close();
            assertUnreadable(tree, "cannot read /proc/" + first.pid());
            assertUnreadable(tree, "is not running");

            MemoryHolder second = holder();
            Files.writeString(pidFile, second.pid() + "\n");
            assertThat(tree.read(0, scratch)).isPositive();
            assertThat(tree.generation()).isGreaterThan(generation);
        }
    }

    // ---- on made-up processes

    @Test
    void countsThousandsOfBackends(@TempDir Path procfs) throws Exception {
        var children = new StringBuilder();
        for (int pid = 1_000_001; pid <= 1_002_500; pid++) {
            madeUp(procfs, pid, "RssAnon: 1024 kB\nRssShmem: 8 kB\n", "");
            children.append(pid).append(' ');
        }
        madeUp(procfs, 7, "RssAnon: 0 kB\nRssShmem: 2048 kB\n", children.toString());
        try (var tree = new ProcessTree(procfs, new ByPid(7))) {
            assertThat(tree.read(0, scratch)).isEqualTo(2502 * MIB);
        }
    }

    @Test
    void unreadableChildMakesUsageUnknown(@TempDir Path procfs) throws Exception {
        madeUp(procfs, 7, "RssAnon: 1 kB\nRssShmem: 0 kB\n", "8 ");
        Path child = madeUp(procfs, 8, "RssAnon: 1 kB\nRssShmem: 0 kB\n", "");
        try (var tree = new ProcessTree(procfs, new ByPid(7))) {
            assertThat(tree.read(0, scratch)).isEqualTo(2048);
        }
        Files.delete(child.resolve("status"));
        Files.createDirectory(child.resolve("status"));
        try (var tree = new ProcessTree(procfs, new ByPid(7))) {
            assertUnreadable(tree, "cannot read " + child.resolve("status"));
        }
    }

    @Test
    void rejectsImplausibleFigures(@TempDir Path procfs) throws Exception {
        madeUp(procfs, 7, "RssAnon: 9007199254740992 kB\n", "");
        try (var tree = new ProcessTree(procfs, new ByPid(7))) {
            assertUnreadable(tree, "7/status is implausible: 9007199254740992 kB");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "State:\tS (sleeping)\nRssAnon: 9223372036854775808 kB\nRssShmem: 0 kB\n",
                "State:\tS (sleeping)\nRssAnon: 12",
                "State:\tS (sleeping)\nRssShmem: 0 kB\n",
                "State:",
                ""
            })
    void anIncompleteStatusIsUnknown(String status, @TempDir Path procfs) throws Exception {
        madeUp(procfs, 7, status, "");
        try (var tree = new ProcessTree(procfs, new ByPid(7))) {
            assertUnreadable(tree, "7/status has no complete RssAnon");
        }
    }

    @Test
    void aProcessThatHasEndedHasNoMemory(@TempDir Path procfs) throws Exception {
        madeUp(procfs, 7, "State:\tS (sleeping)\nRssAnon: 1024 kB\nRssShmem: 0 kB\n", "8 ");
        madeUp(procfs, 8, "State:\tZ (zombie)\nThreads: 1\n", "");
        try (var tree = new ProcessTree(procfs, new ByPid(7))) {
            assertThat(tree.read(0, scratch)).isEqualTo(MIB);
        }
    }

    @Test
    void reportsUnreadablePidFile(@TempDir Path data) throws Exception {
        Files.createDirectory(data.resolve("postmaster.pid"));
        try (var tree = new ProcessTree(PROC, new ByDataDirectory(data))) {
            assertUnreadable(tree, "no Postgres runs in " + data);
        }
    }

    private static Path madeUp(Path procfs, int pid, String status, String children)
            throws IOException {
        Path process = procfs.resolve(Integer.toString(pid));
        Path task = process.resolve("task").resolve(Integer.toString(pid));
        Files.createDirectories(task);
        Files.writeString(process.resolve("status"), status);
        Files.writeString(task.resolve("children"), children);
        return process;
    }

    private void assertUnreadable(ProcessTree tree, String why) {
        assertThatExceptionOfType(KernelReadException.class)
                .isThrownBy(() -> tree.read(0, scratch))
                .withMessageContaining(why);
    }

    private MemoryHolder holder() throws IOException {
        var holder = new MemoryHolder(MemoryHolderProgram.command());
        holders.add(holder);
        return holder;
    }

    /// A process that holds memory outside of a heap that would retain it.
    private static final class MemoryHolder implements AutoCloseable {
        private final Process process;
        private final PrintWriter orders;
        private final BufferedReader answers;

        MemoryHolder(List<String> command) throws IOException {
            process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            orders = new PrintWriter(process.outputWriter(), true);
            answers = process.inputReader();
            expectDone();
        }

        long pid() {
            return process.pid();
        }

        void hold(long mebibytes) throws IOException {
            tell("hold " + mebibytes);
        }

        void tell(String order) throws IOException {
            orders.println(order);
            expectDone();
        }

        private void expectDone() throws IOException {
            String answer = answers.readLine();
            if (!"done".equals(answer)) throw new IOException("the holder said " + answer);
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            try {
                process.waitFor();
                answers.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
