package dev.elastigres.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.qemu.CpuScalingMode;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.PublishedPort;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmSpec;
import dev.elastigres.vm.state.VmState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VmReportTest {
    private static VmSpec spec() throws VmException {
        return new VmSpec(
                "demo",
                Path.of("/i.img"),
                new CpuRange(1, 4),
                MemoryRange.parse("512M..4G"),
                AcceleratorChoice.AUTO,
                new Network.User(List.of(new PublishedPort(15432, 5432))));
    }

    @Test
    void aRunningVm() throws Exception {
        var run =
                new VmRun(
                        1,
                        new ProcessIdentity(7, 8, "b"),
                        Accelerator.TCG,
                        CpuScalingMode.IN_GUEST,
                        Instant.ofEpochSecond(100),
                        List.of(new PublishedPort(40001, 10301)));
        var memory = new VmReport.MemoryReport(Bytes.ofGibibytes(1), Bytes.ofGibibytes(2));
        var report =
                new VmReport(
                        spec(),
                        new VmState.Running(run),
                        Path.of("/vms/demo"),
                        Optional.of(memory),
                        Optional.of(2),
                        Optional.empty(),
                        Instant.ofEpochSecond(160));
        assertThat(report.json().compact())
                .isEqualTo(
                        "{\"name\":\"demo\",\"state\":\"running\",\"reason\":null,\"cpus_count\":2,"
                                + "\"memory_bytes\":1073741824,\"memory_requested_bytes\":2147483648,"
                                + "\"uptime_seconds\":60,\"pid\":7,\"accelerator_used\":\"tcg\",\"image\":\"/i.img\","
                                + "\"cpus_min_count\":1,\"cpus_max_count\":4,\"memory_min_bytes\":536870912,"
                                + "\"memory_max_bytes\":4294967296,\"accelerator\":\"auto\","
                                + "\"published\":[{\"host_port\":15432,\"guest_port\":5432},"
                                + "{\"host_port\":40001,\"guest_port\":10301}],"
                                + "\"network\":\"user\",\"agent_ports\":false,\"bridge\":null,\"address\":null,\"gateway\":null,"
                                + "\"memory_block_bytes\":8388608,\"folder\":\"/vms/demo\"}");
    }

    @Test
    void aDeadOneHasTheSameKeys() throws Exception {
        var report =
                new VmReport(
                        spec(),
                        new VmState.Dead("its QEMU was killed by signal 9"),
                        Path.of("/vms/demo"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Instant.EPOCH);
        assertThat(report.json().compact())
                .startsWith(
                        "{\"name\":\"demo\",\"state\":\"dead\",\"reason\":\"its QEMU was killed by signal 9\","
                                + "\"cpus_count\":null,\"memory_bytes\":null,\"memory_requested_bytes\":null,"
                                + "\"uptime_seconds\":null,\"pid\":null,\"accelerator_used\":null,");
    }

    @Test
    void explainsPausedVmAndItsRemedy() throws Exception {
        assertThat(QemuQueries.stall("demo", "running")).isEmpty();
        Optional<String> stall = QemuQueries.stall("demo", "io-error");
        var run =
                new VmRun(
                        1,
                        new ProcessIdentity(7, 8, "b"),
                        Accelerator.TCG,
                        CpuScalingMode.IN_GUEST,
                        Instant.EPOCH);
        var report =
                new VmReport(
                        spec(),
                        new VmState.Running(run),
                        Path.of("/vms/demo"),
                        Optional.empty(),
                        Optional.empty(),
                        stall,
                        Instant.EPOCH);
        assertThat(report.reason().orElseThrow())
                .contains("is paused", "free disk space", "`elastigres vm start demo`");
    }
}
