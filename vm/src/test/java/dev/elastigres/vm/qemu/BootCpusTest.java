package dev.elastigres.vm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.protocol.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootCpusTest {
    @Test
    void kvmPlugsAndTheTranslatorDoesNot() {
        assertThat(CpuScalingMode.of(Accelerator.KVM)).isEqualTo(CpuScalingMode.HOT_PLUG);
        assertThat(CpuScalingMode.of(Accelerator.TCG)).isEqualTo(CpuScalingMode.IN_GUEST);
    }

    @Test
    void bootCpusRoundTripAsJson() throws Exception {
        var cpus = new BootCpus(CpuScalingMode.HOT_PLUG, List.of(1, 2));
        Json.Obj json = cpus.describedIn(Json.object());
        assertThat(json.compact())
                .isEqualTo("{\"cpu_switching\":\"hot-plug\",\"plugged_cpus\":[1,2]}");
        assertThat(BootCpus.from(json)).isEqualTo(cpus);
    }

    @Test
    void missingFieldsMeanInGuestSwitching() {
        assertThat(BootCpus.from(Json.object()))
                .isEqualTo(BootCpus.atBoot(CpuScalingMode.IN_GUEST));
    }

    @Test
    void rejectsInvalidDescription() throws Exception {
        for (String text :
                List.of(
                        "{\"cpu_switching\":\"by-hand\"}",
                        "{\"plugged_cpus\":[-1]}",
                        "{\"plugged_cpus\":[1.5]}",
                        "{\"plugged_cpus\":[\"1,id=x\"]}")) {
            var json = (Json.Obj) Json.parse(text);
            assertThatThrownBy(() -> BootCpus.from(json))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
