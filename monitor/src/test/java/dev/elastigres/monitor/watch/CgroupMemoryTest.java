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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupMemoryTest {
    private static final long MIB = 1 << 20;

    @TempDir Path folder;
    private FakeKernelTree tree;
    private final ReadBuffer scratch = ReadBuffer.create();
    private CgroupMemory memory;
    private long clock;

    @BeforeEach
    void open() {
        tree = new FakeKernelTree(folder);
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
    void reportsMissingCgroupAndFindsItAgain() throws Exception {
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
    void neverReadsPartialFileAsZero() throws IOException {
        for (String partial :
                new String[] {
                    "", "inactive_anon 5\n", "active_anon 5\n", "inactive_anon 5\nactive_anon 12"
                }) {
            tree.memoryStat(partial);
            pass(Duration.ofSeconds(1));
            assertUnreadable("has no complete ");
        }
    }

    @Test
    void readsAFileToItsEndHoweverLongItIs() throws Exception {
        tree.memoryStat("numa_stat 1\n".repeat(40_000) + "active_anon 1\ninactive_anon 2\n");
        assertThat(read()).isEqualTo(3);
    }

    @Test
    void refusesAFileThatHasNoEnd() throws IOException {
        tree.memoryStat("active_anon 1\ninactive_anon 1\n" + "x".repeat(17 << 20));
        assertUnreadable("has more than 16777216 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The cgroup's own counters exclude those of its children.
                "inactive_anon 0\nactive_anon 0\ntotal_inactive_anon 2684354560\n",
                "inactive_anon 0\nactive_anon 0\nhierarchical_memory_limit 9223372036854771712\n",
                "cache 4096\nrss 4096\ninactive_anon 8192\nactive_anon 4096\n"
            })
    void neverReadsCgroupV1AsEmpty(String text) throws IOException {
        tree.memoryStat(text);
        assertUnreadable("is of a cgroup v1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "active_anon 9223372036854775807\ninactive_anon 1\n",
                "active_anon 1\ninactive_anon 9223372036854775807\n",
                "active_anon 9007199254740993\ninactive_anon 9007199254740993\n",
                "active_anon 1\ninactive_anon 1\npagetables 9223372036854775807\n",
                "active_anon 1\ninactive_anon 1\nslab_unreclaimable 9223372036854775807\n"
            })
    void rejectsImplausibleFigures(String text) throws IOException {
        tree.memoryStat(text);
        assertUnreadable("memory.stat is implausible: ");
    }

    @Test
    void rejectsNumberThatOverflows() throws IOException {
        tree.memoryStat("active_anon 9223372036854775808\ninactive_anon 1\n");
        assertUnreadable("has no complete ");
    }

    private long read() throws KernelReadException {
        return memory.read(clock, scratch);
    }

    private void pass(Duration time) {
        clock += time.toNanos();
    }

    private void assertUnreadable(String why) {
        assertThatExceptionOfType(KernelReadException.class)
                .isThrownBy(this::read)
                .withMessageContaining(why);
    }
}
