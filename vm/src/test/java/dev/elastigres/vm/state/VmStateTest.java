package dev.elastigres.vm.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.CpuScalingMode;
import dev.elastigres.vm.state.VmState.Dead;
import dev.elastigres.vm.state.VmState.VmEvidence;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VmStateTest {
    private static final VmRun RUN =
            new VmRun(
                    3,
                    new ProcessIdentity(4711, 99, "boot"),
                    Accelerator.TCG,
                    CpuScalingMode.IN_GUEST,
                    Instant.EPOCH);
    private static final OptionalInt UNKNOWN = OptionalInt.empty();

    private static VmState ended(boolean thisBoot, OptionalInt code, String words) {
        return VmState.from(new VmEvidence(Optional.of(RUN), false, thisBoot, code, words, false));
    }

    @Test
    void withoutARun() {
        assertThat(VmState.from(new VmEvidence(Optional.empty(), false, false, UNKNOWN, "", false)))
                .isEqualTo(new VmState.Stopped());
        assertThat(VmState.from(new VmEvidence(Optional.empty(), false, false, UNKNOWN, "", true)))
                .isEqualTo(new VmState.Saved());
    }

    @Test
    void livingProcessMeansRunning() {
        assertThat(VmState.from(new VmEvidence(Optional.of(RUN), true, true, UNKNOWN, "", true)))
                .isEqualTo(new VmState.Running(RUN));
    }

    @Test
    void endedByItself() {
        assertThat(ended(true, OptionalInt.of(0), "")).isEqualTo(new VmState.Stopped());
    }

    @Test
    void deadAndWhy() {
        assertThat(ended(false, UNKNOWN, ""))
                .isEqualTo(new Dead("this machine was restarted while it ran"));
        assertThat(ended(true, OptionalInt.of(134), ""))
                .isEqualTo(new Dead("its QEMU was killed by signal 6"));
        // Probably the host's OOM killer, because nothing else kills QEMU without a command.
        assertThat(ended(true, OptionalInt.of(137), ""))
                .isInstanceOfSatisfying(
                        Dead.class,
                        dead ->
                                assertThat(dead.why())
                                        .contains("killed by signal 9", "out of memory", "dmesg"));
        assertThat(ended(true, OptionalInt.of(1), "cannot allocate memory"))
                .isEqualTo(new Dead("its QEMU failed with code 1: cannot allocate memory"));
        assertThat(ended(true, UNKNOWN, ""))
                .isEqualTo(new Dead("its QEMU ended without an exit code"));
    }

    @Test
    void aRunIsReadAsItWasWritten() {
        assertThat(VmRun.from(RUN.json())).contains(RUN);
        var plugged =
                new VmRun(3, RUN.qemu(), Accelerator.KVM, CpuScalingMode.HOT_PLUG, Instant.EPOCH);
        assertThat(VmRun.from(plugged.json())).contains(plugged);
        VmRun open = RUN.with(List.of(new PublishedPort(40001, 10301)));
        assertThat(VmRun.from(open.json())).contains(open);
        assertThat(open.in(4, RUN.qemu()).agentPorts()).isEqualTo(open.agentPorts());
        assertThat(VmRun.from(dev.elastigres.protocol.json.Json.object())).isEmpty();
    }
}
