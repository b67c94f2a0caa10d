package dev.elastigres.platform.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.vm.ResizeRequest;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.qemu.CpuScalingMode;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.PublishedPort;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class QemuSizesTest {
    private static final Bytes WANTED = Bytes.ofGibibytes(2);
    private static final Bytes CURRENT = Bytes.ofMebibytes(1536);

    @Test
    void boundsComeFromTheVmSpec() throws Exception {
        assertThat(found(Network.closed()).bounds())
                .isEqualTo(
                        new SizeBounds(
                                new Resources(1, Bytes.ofMebibytes(512)),
                                new Resources(4, Bytes.ofGibibytes(4)),
                                new Resources(1, MemoryRange.BLOCK)));
    }

    @Test
    void publishedPortsAreEndpoints() throws Exception {
        var network =
                new Network.User(
                        List.of(new PublishedPort(20001, 10301), new PublishedPort(20002, 9100)));
        DiscoveredVm.VmEndpoints endpoints =
                found(network, new PublishedPort(20003, 9499)).endpoints();
        assertThat(address(endpoints.monitor())).isEqualTo("ws://127.0.0.1:20001/monitor");
        assertThat(address(endpoints.host())).isEqualTo("http://127.0.0.1:20002/metrics");
        assertThat(address(endpoints.cache())).isEqualTo("http://127.0.0.1:20003/metrics");
    }

    @Test
    void explainsHowToPublishMissingPort() throws Exception {
        // One that runs since before its ports were opened by default.
        DiscoveredVm.VmEndpoints old = found(new Network.User(List.of(), true)).endpoints();
        assertThat(((Endpoint.Unreachable) old.monitor()).why())
                .isEqualTo(
                        "port 10301 of its guest is not published on this host: `elastigres vm stop"
                                + " pg` and `elastigres vm start pg` open it");
        DiscoveredVm.VmEndpoints closed = found(Network.closed()).endpoints();
        assertThat(((Endpoint.Unreachable) closed.host()).why())
                .contains("port 9100", "--no-agent-ports", "--publish 0:9100");
    }

    @Test
    void aVmOnABridgeIsReachedAtItsAddress() throws Exception {
        var network = new Network.Tap("br0", "10.9.0.2/24", Optional.empty());
        DiscoveredVm.VmEndpoints endpoints = found(network).endpoints();
        assertThat(address(endpoints.monitor())).isEqualTo("ws://10.9.0.2:10301/monitor");
        assertThat(address(endpoints.host())).isEqualTo("http://10.9.0.2:9100/metrics");
        assertThat(address(endpoints.cache())).isEqualTo("http://10.9.0.2:9499/metrics");
    }

    private static String address(Endpoint endpoint) {
        return ((Endpoint.Available) endpoint).uri().toString();
    }

    @Test
    void everyEndOfAResizeHasItsOutcome() {
        assertThat(
                        outcome(
                                new ResizeRequest.MachineResizeOutcome.Done(
                                        OptionalInt.empty(), Optional.of(WANTED))))
                .isEqualTo(new ResizeOutcome.Done(new Resources(2, WANTED)));
        assertThat(outcome(new ResizeRequest.MachineResizeOutcome.Growing(CURRENT, WANTED)))
                .isEqualTo(new ResizeOutcome.Partial(new Resources(2, CURRENT)));
        assertThat(
                        outcome(
                                new ResizeRequest.MachineResizeOutcome.Short(
                                        CURRENT, WANTED, Bytes.ofGibibytes(1))))
                .isEqualTo(new ResizeOutcome.Partial(new Resources(2, CURRENT)));
    }

    @Test
    void cpusAreWhole() {
        assertThat(QemuSizes.wholeCpus(new Resources(2, WANTED))).isEqualTo(2);
        assertThat(QemuSizes.wholeCpus(new Resources(1.25, WANTED))).isEqualTo(2);
    }

    private static ResizeOutcome outcome(ResizeRequest.MachineResizeOutcome outcome) {
        return QemuSizes.outcome(outcome, 2, WANTED);
    }

    private static DiscoveredVm found(Network network, PublishedPort... agentPorts)
            throws Exception {
        var spec =
                new VmSpec(
                        "pg",
                        Path.of("/images/x.img"),
                        new CpuRange(1, 4),
                        MemoryRange.parse("512M..4G"),
                        AcceleratorChoice.AUTO,
                        network);
        var run =
                new VmRun(
                        1,
                        new ProcessIdentity(7, 8, "boot"),
                        Accelerator.TCG,
                        CpuScalingMode.IN_GUEST,
                        Instant.EPOCH,
                        List.of(agentPorts));
        return QemuSizes.found(spec, run, "1-77");
    }
}
