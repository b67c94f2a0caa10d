package dev.elastigres.vm.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.vm.VmException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {
    @Test
    void parsesRanges() throws Exception {
        assertThat(CpuRange.parse("1..4")).isEqualTo(new CpuRange(1, 4));
        assertThat(CpuRange.parse("2")).isEqualTo(new CpuRange(2, 2));
        assertThat(MemoryRange.parse("512M..4G"))
                .isEqualTo(new MemoryRange(Bytes.ofMebibytes(512), Bytes.ofGibibytes(4)));
        assertThat(MemoryRange.parse("1GiB").pluggable()).isEqualTo(Bytes.ZERO);
        assertThat(MemoryRange.parseSize("1T")).isEqualTo(Bytes.ofGibibytes(1024));
        assertThat(MemoryRange.parseSize("2GB")).isEqualTo(Bytes.ofGibibytes(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "0..2", "4..1", "1..", "1..99999", "1...4", "many", "1..65", "-1"})
    void rejectsInvalidCpuRanges(String text) {
        assertThatThrownBy(() -> CpuRange.parse(text))
                .isInstanceOf(VmException.Refused.class)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "512",
                "512M..",
                "4G..512M",
                "1M..2M",
                "513M..1G",
                "512M..1025M",
                "512M..2000T",
                "1.5G",
                "9999999999G"
            })
    void rejectsInvalidMemoryRanges(String text) {
        assertThatThrownBy(() -> MemoryRange.parse(text))
                .isInstanceOf(VmException.Refused.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aSizeMustBeReachedInBlocks() throws Exception {
        var range = MemoryRange.parse("512M..4G");
        assertThat(range.pluggedFor("demo", Bytes.ofGibibytes(2)))
                .isEqualTo(Bytes.ofMebibytes(1536));
        assertThat(range.pluggedFor("demo", Bytes.ofMebibytes(512))).isEqualTo(Bytes.ZERO);
        assertThatThrownBy(() -> range.pluggedFor("demo", Bytes.ofMebibytes(700)))
                .isInstanceOf(VmException.Refused.class)
                .hasMessage("demo's memory comes in blocks of 8MiB: 696MiB or 704MiB, not 700MiB");
        assertThatThrownBy(() -> range.pluggedFor("demo", Bytes.ofGibibytes(100)))
                .hasMessage("demo can have 512MiB..4GiB of memory, not 100GiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5432", "70000:1", "1:0", "1:2:3", "a:b", "1:70000"})
    void rejectsInvalidPorts(String text) {
        assertThatThrownBy(() -> PublishedPort.parse(text)).isInstanceOf(VmException.Refused.class);
    }

    @Test
    void aFreePortIsFound() throws Exception {
        assertThat(PublishedPort.parse("15432:5432")).isEqualTo(new PublishedPort(15432, 5432));
        assertThat(PublishedPort.parse("0:5432").hostPort()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "A",
                "a b",
                "../x",
                ".x",
                "a/b",
                "x123456789012345678901234567890123"
            })
    void rejectsInvalidNames(String name) {
        assertThatThrownBy(() -> VmSpec.checkName(name)).isInstanceOf(VmException.Refused.class);
    }
}
