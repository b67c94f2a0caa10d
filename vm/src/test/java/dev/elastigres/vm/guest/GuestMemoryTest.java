package dev.elastigres.vm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import org.junit.jupiter.api.Test;

class GuestMemoryTest {
    @Test
    void memoryInUseIsTotalLessAvailable() throws Exception {
        var memory =
                GuestMemory.parse(
                        "MemTotal:         479536 kB\nMemFree: 1 kB\nMemAvailable:     420624 kB\nSwapFree: 1024 kB\n");
        assertThat(memory.total()).isEqualTo(Bytes.ofKibibytes(479_536));
        assertThat(memory.inUse()).isEqualTo(Bytes.ofKibibytes(58_912));
        assertThat(memory.spare()).isEqualTo(Bytes.ofKibibytes(420_624 + 1024 - 96 * 1024));
    }

    @Test
    void blocksThatWerePluggedAndAreOnline() throws Exception {
        String list = "8000000\nmemory0/state\nmemory3/state\nmemory32/state\nmemory33/state\n";
        assertThat(GuestMemory.online(0x1_0000_0000L, list)).isEqualTo(Bytes.ofMebibytes(256));
        assertThat(GuestMemory.online(0x2_0000_0000L, list)).isEqualTo(Bytes.ZERO);
        assertThatThrownBy(() -> GuestMemory.online(0, "sh: not found"))
                .isInstanceOf(GuestException.Refused.class);
    }

    @Test
    void anotherFile() {
        assertThatThrownBy(() -> GuestMemory.parse("MemTotal: 1 kB\n"))
                .isInstanceOf(GuestException.Refused.class)
                .hasMessage("/proc/meminfo has no MemAvailable");
    }
}
