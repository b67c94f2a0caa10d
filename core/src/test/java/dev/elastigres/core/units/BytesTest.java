package dev.elastigres.core.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BytesTest {

    @Test
    void saturates() {
        assertThat(Bytes.MAX.plus(Bytes.of(1))).isEqualTo(Bytes.MAX);
        assertThat(Bytes.ofGibibytes(Long.MAX_VALUE)).isEqualTo(Bytes.MAX);
        assertThat(Bytes.of(5).minus(Bytes.of(7))).isEqualTo(Bytes.ZERO);
        assertThat(Bytes.MAX.times(2)).isEqualTo(Bytes.MAX);
    }

    @Test
    void roundsDown() {
        assertThat(Bytes.of((3 << 20) + 5).toMebibytes()).isEqualTo(3);
        assertThat(Bytes.of((3 << 20) + 5).roundedDownToMebibytes())
                .isEqualTo(Bytes.ofMebibytes(3));
        assertThat(Bytes.of(3).times(0.5)).isEqualTo(Bytes.of(1));
    }

    @Test
    void isReadable() {
        assertThat(Bytes.ofMebibytes(141)).hasToString("141MiB");
        assertThat(Bytes.ofMebibytes(1536)).hasToString("1.50GiB");
        assertThat(Bytes.ofGibibytes(2)).hasToString("2GiB");
        assertThat(Bytes.ofKibibytes(1536)).hasToString("1.5MiB");
        assertThat(Bytes.of(1)).hasToString("1B");
    }

    @Test
    void isNeverNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.of(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.of(1).times(-0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.of(1).times(Double.NaN));
    }
}
