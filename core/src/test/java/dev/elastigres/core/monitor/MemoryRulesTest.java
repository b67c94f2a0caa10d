package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryRulesTest {

    @Test
    void computesSmallestSufficientTotal() {
        var random = new Random(14);
        for (int i = 0; i < 20_000; i++) {
            var rules =
                    new MemoryRules(
                            Bytes.ofMebibytes(random.nextInt(300)),
                            random.nextDouble(0.01, 0.99),
                            random.nextDouble(0, 0.99),
                            Bytes.ZERO,
                            2,
                            Duration.ofSeconds(5));
            var demand =
                    new MemoryDemand(
                            anyAmount(random),
                            random.nextBoolean()
                                    ? Optional.empty()
                                    : Optional.of(anyAmount(random)));
            Bytes total = rules.totalFor(demand);
            String what = demand + " with " + rules;
            assertThat(rules.limits(rules.usable(total)).hold(demand)).as(what).isTrue();
            Bytes less = total.minus(Bytes.ofMebibytes(2));
            assertThat(rules.limits(rules.usable(less)).hold(demand)).as(what).isFalse();
            assertThat(total).as(what).isEqualTo(total.roundedDownToMebibytes());
        }
    }

    private static Bytes anyAmount(Random random) {
        return Bytes.of(random.nextLong(1, 1L << random.nextInt(10, 45)));
    }

    @Test
    void handlesMaximumDemandWithoutOverflow() {
        var all = new MemoryDemand(Bytes.MAX, Optional.of(Bytes.MAX));
        assertThat(MemoryRules.DEFAULT.totalFor(all)).isGreaterThan(Bytes.of(1L << 62));
    }
}
