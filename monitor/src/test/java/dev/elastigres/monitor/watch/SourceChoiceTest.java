package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.metrics.KernelReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceChoiceTest {
    private static final Optional<Postmaster> POSTMASTER = Optional.of(new Postmaster.ByPid(7));

    private final KernelReader reader = new KernelReader();
    @TempDir Path root;
    private FakeKernelTree tree;

    @BeforeEach
    void prepare() {
        tree = new FakeKernelTree(root);
    }

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void choosesCgroupWithFigures() throws Exception {
        tree.usage(100);
        MemorySourceSelection choice = choose(POSTMASTER);
        assertThat(choice.source()).get().isInstanceOf(CgroupMemory.class);
        assertThat(choice.warning()).isEmpty();
    }

    @Test
    void choosesCgroupThatDoesNotExistYet() throws Exception {
        Files.writeString(root.resolve("cgroup.controllers"), "cpu io memory\n");
        assertThat(choose(POSTMASTER).warning()).isEmpty();
        assertThat(choose(POSTMASTER).source()).get().isInstanceOf(CgroupMemory.class);
    }

    @Test
    void replacesCgroupV1ByProcessTreeAndWarns() throws Exception {
        tree.memoryStat("inactive_anon 0\nactive_anon 0\ntotal_inactive_anon 2684354560\n");
        MemorySourceSelection choice = choose(POSTMASTER);
        assertThat(choice.source()).get().isInstanceOf(ProcessTree.class);
        assertThat(choice.warning())
                .contains(
                        tree.cgroup()
                                + " is a cgroup v1, whose figures cannot be relied on: watching the"
                                + " process tree of process 7 instead");
    }

    @Test
    void warnsAboutCgroupV1WithoutPostmaster() throws Exception {
        tree.memoryStat("cache 4096\nrss 4096\ninactive_anon 0\nactive_anon 0\n");
        MemorySourceSelection choice = choose(Optional.empty());
        assertThat(choice.source()).get().isInstanceOf(CgroupMemory.class);
        assertThat(choice.warning())
                .get()
                .asString()
                .startsWith(tree.cgroup() + " is a cgroup v1")
                .endsWith("or name Postgres by --pgdata or --pgpid");
    }

    @Test
    void choosesProcessTreeWithoutMemoryController() {
        MemorySourceSelection choice = choose(POSTMASTER);
        assertThat(choice.source()).get().isInstanceOf(ProcessTree.class);
        assertThat(choice.warning())
                .get()
                .asString()
                .startsWith("no cgroup v2 memory controller for " + tree.cgroup());
    }

    private MemorySourceSelection choose(Optional<Postmaster> postmaster) {
        return MemorySourceSelection.choose(
                Optional.of(tree.cgroup()), postmaster, root, Path.of("/proc"), reader);
    }
}
