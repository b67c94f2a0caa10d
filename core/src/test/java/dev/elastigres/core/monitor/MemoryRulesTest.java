package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryRulesTest {

    @Test
    void theTotalIsTheLeastThatIsEnough() {
        var random = new Random(14);
        for (int i = 0; i < 20_000; i++) {
            var rules =
                    new MemoryRules(
                            Bytes.ofMebibytes(random.nextInt(300)),
                            random.nextDouble(0.01, 0.99),
                            Bytes.ZERO,
                            2,
                            Duration.ofSeconds(5));
            Bytes wanted = Bytes.of(random.nextLong(1, 1L << random.nextInt(10, 45)));
            Bytes total = rules.totalFor(wanted);
            String what = wanted + " with " + rules;
            assertThat(rules.threshold(rules.usable(total)))
                    .as(what)
                    .isGreaterThanOrEqualTo(wanted);
            Bytes less = total.minus(Bytes.ofMebibytes(2));
            assertThat(rules.threshold(rules.usable(less))).as(what).isLessThan(wanted);
            assertThat(total).as(what).isEqualTo(total.roundedDownToMebibytes());
        }
    }

    @Test
    void thereIsNoMoreThanTheMost() {
        assertThat(MemoryRules.DEFAULT.totalFor(Bytes.MAX)).isGreaterThan(Bytes.of(1L << 62));
    }
}
