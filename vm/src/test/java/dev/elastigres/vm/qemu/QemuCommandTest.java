package dev.elastigres.vm.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.VmFolder;
import dev.elastigres.vm.state.VmSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
    private static final VmFolder FOLDER = new VmFolder(Path.of("/vms/demo"));

    private static List<String> command(String memory, int incarnation, StartMode beginning)
            throws Exception {
        return command(memory, Network.closed(), incarnation, beginning);
    }

    private static List<String> command(
            String memory, Network network, int incarnation, StartMode beginning) throws Exception {
        var cpus = BootCpus.atBoot(CpuScalingMode.IN_GUEST);
        return command(memory, network, incarnation, cpus, beginning);
    }

    private static List<String> command(
            String memory, Network network, int incarnation, BootCpus cpus, StartMode beginning)
            throws Exception {
        var spec =
                new VmSpec(
                        "demo",
                        Path.of("/images/x.img"),
                        new CpuRange(1, 4),
                        MemoryRange.parse(memory),
                        AcceleratorChoice.TCG,
                        network);
        return QemuCommand.of(
                spec, FOLDER, FOLDER.incarnation(incarnation), Accelerator.TCG, cpus, beginning);
    }

    private static String after(List<String> command, String option) {
        return command.get(command.indexOf(option) + 1);
    }

    @Test
    void allCpusArePresentAndTheFewestStart() throws Exception {
        var command = command("512M..4G", 1, new StartMode.Boot());
        assertThat(after(command, "-smp"))
                .isEqualTo("cpus=4,maxcpus=4,sockets=1,cores=4,threads=1");
        assertThat(after(command, "-append"))
                .contains("maxcpus=1 ")
                .contains("memhp_default_state=online_movable");
    }

    @Test
    void theFewestCpusArePresentWhereTheOthersArePlugged() throws Exception {
        var cpus = BootCpus.atBoot(CpuScalingMode.HOT_PLUG);
        var command = command("1G", Network.closed(), 1, cpus, new StartMode.Boot());
        assertThat(after(command, "-smp"))
                .isEqualTo("cpus=1,maxcpus=4,sockets=1,cores=4,threads=1");
        assertThat(after(command, "-append")).contains("maxcpus=1 ");
        assertThat(command).noneMatch(word -> word.contains("x86_64-cpu"));
    }

    @Test
    void incomingMigrationKeepsPluggedCpus() throws Exception {
        var cpus = new BootCpus(CpuScalingMode.HOT_PLUG, List.of(1, 2));
        var command = command("1G", Network.closed(), 2, cpus, new StartMode.IncomingMigration());
        assertThat(after(command, "-smp")).startsWith("cpus=1,maxcpus=4,");
        assertThat(command)
                .containsSubsequence(
                        "max-x86_64-cpu,id=cpu1,socket-id=0,core-id=1,thread-id=0",
                        "max-x86_64-cpu,id=cpu2,socket-id=0,core-id=2,thread-id=0");
    }

    @Test
    void plugsMemoryAboveTheMinimum() throws Exception {
        var command = command("512M..4G", 1, new StartMode.Boot());
        assertThat(after(command, "-m")).isEqualTo("size=536870912b,slots=1,maxmem=4294967296b");
        assertThat(after(command, "-object"))
                .isEqualTo("memory-backend-ram,id=plug0,reserve=off,size=3758096384");
        assertThat(command)
                .contains(
                        "virtio-mem-pci,id=mem0,memdev=plug0,requested-size=0,block-size=8388608");
        assertThat(String.join(" ", command("1G", 1, new StartMode.Boot())))
                .contains("size=1073741824b")
                .doesNotContain("virtio-mem");
    }

    @Test
    void bothSidesOfAMoveHaveTheSameDevices() throws Exception {
        var source = new ArrayList<>(command("512M..4G", 1, new StartMode.Boot()));
        var target = new ArrayList<>(command("512M..4G", 2, new StartMode.IncomingMigration()));
        assertThat(target).endsWith("-incoming", "defer", "-S");
        source.replaceAll(word -> word.replace("/run-1/", "/run/"));
        target.replaceAll(word -> word.replace("/run-2/", "/run/"));
        assertThat(target.subList(0, source.size())).isEqualTo(source);
    }

    @Test
    void eachQemuHasATapOfItsOwnForTheSameCard() throws Exception {
        var network = Network.parse("tap:br0,10.9.0.2/24,10.9.0.1", List.of(), true);
        var source = command("1G", network, 1, new StartMode.Boot());
        var target = command("1G", network, 2, new StartMode.IncomingMigration());
        assertThat(after(source, "-netdev"))
                .startsWith("tap,id=net0,ifname=eg")
                .endsWith("-1,script=no,downscript=no");
        assertThat(after(target, "-netdev")).contains("-2,script=no");
        assertThat(TapDevice.of(FOLDER.incarnation(9999)).name()).hasSizeLessThanOrEqualTo(15);
        assertThat(source)
                .anySatisfy(
                        it ->
                                assertThat(it)
                                        .matches(
                                                "virtio-net-pci,netdev=net0,mac=52:54:00(:[0-9a-f]{2}){3}"));
        assertThat(after(source, "-append"))
                .endsWith("elastigres.address=10.9.0.2/24 elastigres.gateway=10.9.0.1");
    }

    @Test
    void aSavedStateIsReadByAShell() throws Exception {
        var command = command("1G", 1, new StartMode.Restore(Path.of("/vms/it's/state")));
        assertThat(command).endsWith("-incoming", "exec:cat '/vms/it'\\''s/state'", "-S");
    }
}
