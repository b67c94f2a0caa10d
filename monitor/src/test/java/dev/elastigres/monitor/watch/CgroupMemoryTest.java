package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupMemoryTest {
    private static final long MIB = 1 << 20;

    @TempDir Path folder;
    private FakeTree tree;
    private CgroupMemory memory;
    private long clock;

    @BeforeEach
    void open() {
        tree = new FakeTree(folder);
        memory = new CgroupMemory(tree.cgroup());
    }

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void readsActiveAndInactiveAnonymousMemory() throws Exception {
        tree.memoryStat("anon 999\nfile 999\ninactive_anon 20\nactive_anon 3\nactive_file 999\n");
        assertThat(read()).isEqualTo(23);
    }

    @Test
    void followsAFileThatIsWrittenInPlace() throws Exception {
        tree.usage(100);
        assertThat(read()).isEqualTo(100 * MIB);
        Files.writeString(tree.cgroup().resolve("memory.stat"), "inactive_anon 1\nactive_anon 2\n");
        assertThat(read()).isEqualTo(3);
        assertThat(memory.generation()).isEqualTo(1);
    }

    @Test
    void noticesAnotherFileInThePlace() throws Exception {
        tree.usage(100);
        assertThat(read()).isEqualTo(100 * MIB);
        tree.usage(200);
        pass(Duration.ofMillis(500));
        assertThat(read()).isEqualTo(200 * MIB);
    }

    @Test
    void saysThatACgroupIsGoneAndFindsItAgain() throws Exception {
        assertUnreadable("memory.stat: no such file");
        tree.usage(100);
        assertThat(read()).isEqualTo(100 * MIB);
        int before = memory.generation();

        tree.removeCgroup();
        pass(Duration.ofSeconds(1));
        assertUnreadable("memory.stat: no such file");

        tree.usage(50);
        assertThat(read()).isEqualTo(50 * MIB);
        assertThat(memory.generation()).isGreaterThan(before);
    }

    @Test
    void neverTakesAPartialFileForZero() throws IOException {
        for (String partial :
                new String[] {
                    "", "inactive_anon 5\n", "active_anon 5\n", "inactive_anon 5\nactive_anon 12"
                }) {
            tree.memoryStat(partial);
            pass(Duration.ofSeconds(1));
            assertUnreadable("has no complete active_anon and inactive_anon");
        }
    }

    @Test
    void refusesAFileThatIsNoMemoryStat() throws IOException {
        tree.memoryStat("active_anon 1\ninactive_anon 1\n" + "x".repeat(20_000));
        assertUnreadable("has more than");
    }

    private long read() throws UnreadableException {
        return memory.read(clock);
    }

    private void pass(Duration time) {
        clock += time.toNanos();
    }

    private void assertUnreadable(String why) {
        assertThatExceptionOfType(UnreadableException.class)
                .isThrownBy(this::read)
                .withMessageContaining(why);
    }
}
