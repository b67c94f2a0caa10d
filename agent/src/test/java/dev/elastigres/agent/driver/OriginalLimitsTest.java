package dev.elastigres.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.driver.CgroupConfig.CgroupPattern;
import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.driver.OriginalLimits.RestoreResult;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class OriginalLimitsTest {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Resources SMALL = new Resources(0.5, Bytes.ofMebibytes(512));
    private static final Resources LARGE = new Resources(2, Bytes.ofMebibytes(2048));

    @TempDir private Path folder;

    private FakeCgroups tree;
    private OriginalLimits limits;

    @BeforeEach
    void plant() throws IOException {
        tree = new FakeCgroups(folder);
        limits = new OriginalLimits(folder.resolve("run"));
    }

    private CgroupDriver driver() {
        var bounds =
                new SizeBounds(
                        new Resources(0.25, Bytes.ofMebibytes(256)),
                        new Resources(4, Bytes.ofMebibytes(4096)),
                        CgroupConfig.GRAIN);
        return new CgroupDriver(
                new CgroupConfig(
                        tree.root(),
                        List.of(),
                        List.of(new CgroupPattern("a/*", bounds, VmEndpoints.NONE))),
                tree.procfs(),
                VmOwnership.of("process 1"),
                limits.folder());
    }

    private void resize(Resources to) throws Exception {
        try (CgroupDriver driver = driver()) {
            DiscoveredVm vm = driver.find().getFirst();
            var _ = driver.resize(vm, to, to, WITHIN);
        }
    }

    @Test
    void restoresLimitsFromBeforeTheFirstResize() throws Exception {
        tree.make("a/pg");
        tree.limits("a/pg", "max", "max 50000");
        resize(SMALL);
        // Another run of the agent, after an upgrade for example.
        resize(LARGE);
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("2147483648");
        assertThat(limits.restore())
                .containsExactly(
                        new RestoreResult(
                                true,
                                tree.path("a/pg")
                                        + " has its former limits: memory.max max, cpu.max max"
                                        + " 50000"));
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("max");
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("max 50000");
        assertThat(limits.restore()).as("restored already").isEmpty();
    }

    @Test
    void aRecreatedCgroupKeepsItsOwnLimits() throws Exception {
        tree.make("a/pg");
        resize(SMALL);
        tree.makeAnew("a/pg");
        tree.limits("a/pg", "1073741824", "100000 100000");
        assertThat(limits.restore()).isEmpty();
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("1073741824");
        resize(SMALL);
        assertThat(limits.restore()).hasSize(1);
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("1073741824");
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("100000 100000");
    }

    /// The kernel kills processes to enforce a limit below the usage.
    @Test
    void aMemoryLimitIsNotLoweredBelowTheUsage() throws Exception {
        tree.make("a/pg");
        tree.limits("a/pg", "536870912", "max 100000");
        resize(LARGE);
        tree.uses("a/pg", 1024, 0);
        assertThat(limits.restore())
                .singleElement()
                .satisfies(it -> assertThat(it.restored()).isFalse())
                .satisfies(it -> assertThat(it.text()).contains("memory.max 536870912"));
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("2147483648");
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("max 100000");
        tree.uses("a/pg", 100, 0);
        assertThat(limits.restore()).singleElement().matches(RestoreResult::restored);
        assertThat(tree.read("a/pg", "memory.max")).isEqualTo("536870912");
    }

    @Test
    void aRunningAgentKeepsItsCgroups() throws Exception {
        tree.make("a/pg");
        try (CgroupDriver driver = driver()) {
            DiscoveredVm vm = driver.find().getFirst();
            var _ = driver.resize(vm, SMALL, SMALL, WITHIN);
            assertThat(limits.restore())
                    .singleElement()
                    .satisfies(it -> assertThat(it.restored()).isFalse())
                    .satisfies(it -> assertThat(it.text()).contains("process 1", "stop it first"));
            assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("50000 100000");
        }
        assertThat(limits.restore()).singleElement().matches(RestoreResult::restored);
    }

    @Test
    void aDamagedFileRestoresNothing() throws Exception {
        tree.make("a/pg");
        resize(SMALL);
        for (Path file : files()) Files.writeString(file, "half a fi");
        assertThat(limits.restore()).isEmpty();
        assertThat(files()).isEmpty();
        assertThat(tree.read("a/pg", "cpu.max")).isEqualTo("50000 100000");
    }

    private List<Path> files() throws IOException {
        try (var all = Files.list(limits.folder())) {
            return all.filter(it -> it.toString().endsWith(".limits")).toList();
        }
    }
}
