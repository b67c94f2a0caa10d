package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.elastigres.core.units.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheRulesTest {

    @ParameterizedTest
    @CsvSource({
        // usable MiB, cache MiB
        "0, 0",
        "256, 0",
        "257, 0",
        "258, 1",
        "412, 141", // what deployed monitors answer for 512 MiB announced
        "924, 607",
        "1948, 1461", // from here on the multiplier decides
        "8092, 6069"
    })
    void sizes(long usable, long cache) {
        assertThat(CacheRules.DEFAULT.size(Bytes.ofMebibytes(usable)))
                .isEqualTo(Bytes.ofMebibytes(cache));
    }

    @Test
    void isWholeMebibytes() {
        Bytes size = CacheRules.DEFAULT.size(Bytes.of(987_654_321));
        assertThat(size).isEqualTo(size.roundedDownToMebibytes()).isGreaterThan(Bytes.ZERO);
    }

    @Test
    void rejectsParametersThatCannotFit() {
        Bytes minLeft = Bytes.ofMebibytes(256);
        for (CacheParameters bad :
                new CacheParameters[] {
                    new CacheParameters(0, minLeft, 0.1),
                    new CacheParameters(1, minLeft, 0.1),
                    new CacheParameters(0.75, Bytes.ZERO, 0.1),
                    new CacheParameters(0.75, minLeft, -0.1),
                    new CacheParameters(0.95, minLeft, 0.1),
                    new CacheParameters(Double.NaN, minLeft, 0.1),
                    new CacheParameters(0.75, minLeft, Double.NaN)
                })
            assertThatIllegalArgumentException()
                    .as(bad.toString())
                    .isThrownBy(
                            () -> new CacheRules(bad.multiplier(), bad.minLeft(), bad.spread()));
    }

    record CacheParameters(double multiplier, Bytes minLeft, double spread) {}
}
