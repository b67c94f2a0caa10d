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

/// Against real processes that hold what they are told to.
class ProcessTreeTest {
    private static final long MIB = 1 << 20;
    private static final Path PROC = Path.of("/proc");

    private final List<Holder> holders = new ArrayList<>();

    @AfterEach
    void end() {
        holders.forEach(Holder::close);
    }

    @Test
    void followsAProcessThatGrowsAndShrinks() throws Exception {
        Holder parent = holder();
        try (var tree = new ProcessTree(PROC, new ByPid(parent.pid()))) {
            long before = tree.read(0);
            parent.hold(64);
            long grown = tree.read(0);
            assertThat(grown - before).isBetween(60 * MIB, 80 * MIB);
            parent.hold(0);
            assertThat(grown - tree.read(0)).isGreaterThan(56 * MIB);
        }
    }

    @Test
    void countsChildrenAndForgetsThemWhenTheyEnd() throws Exception {
        Holder parent = new Holder(shellAround(HoldMemory.command()));
        holders.add(parent);
        try (var tree = new ProcessTree(PROC, new ByPid(parent.pid()))) {
            long before = tree.read(0);
            parent.hold(64);
            long grown = tree.read(0);
            assertThat(grown - before).isBetween(60 * MIB, 80 * MIB);
            parent.tell("leave");
            assertThat(tree.read(0)).isLessThan(10 * MIB);
        }
    }

    /// A parent that holds nothing itself and outlives its child.
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

            Holder first = holder();
            Files.writeString(pidFile, first.pid() + "\n" + data + "\n");
            assertThat(tree.read(0)).isPositive();
            int generation = tree.generation();

            first.close();
            assertUnreadable(tree, "cannot read /proc/" + first.pid());
            assertUnreadable(tree, "is not running");

            Holder second = holder();
            Files.writeString(pidFile, second.pid() + "\n");
            assertThat(tree.read(0)).isPositive();
            assertThat(tree.generation()).isGreaterThan(generation);
        }
    }

    private static void assertUnreadable(ProcessTree tree, String why) {
        assertThatExceptionOfType(UnreadableException.class)
                .isThrownBy(() -> tree.read(0))
                .withMessageContaining(why);
    }

    private Holder holder() throws IOException {
        var holder = new Holder(HoldMemory.command());
        holders.add(holder);
        return holder;
    }

    /// A process that holds memory outside of any heap that would keep it.
    private static final class Holder implements AutoCloseable {
        private final Process process;
        private final PrintWriter orders;
        private final BufferedReader answers;

        Holder(List<String> command) throws IOException {
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
