package dev.elastigres.monitor.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachePolicyTest {

    @Test
    void understandsTheCommandLine() {
        assertThat(CachePolicy.parse("auto", ""))
                .isEqualTo(new CachePolicy.Auto(SettingFormula.DEFAULT));
        assertThat(CachePolicy.parse("neon", "")).isEqualTo(new CachePolicy.Neon());
        assertThat(CachePolicy.parse("none", " ")).isEqualTo(new CachePolicy.None());
        assertThat(
                        CachePolicy.parse(
                                "settings", "effective_cache_size=75%, work_mem = 1.5%:4MB..1GiB"))
                .isEqualTo(
                        new CachePolicy.Settings(
                                List.of(
                                        SettingFormula.DEFAULT.getFirst(),
                                        new SettingFormula(
                                                "work_mem",
                                                1.5,
                                                Bytes.ofMebibytes(4),
                                                Bytes.ofGibibytes(1)))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    work_mem                   | not of the form NAME=PERCENT% or NAME=PERCENT%:MIN..MAX: work_mem
                    work_mem=1                 | not of the form NAME=PERCENT% or NAME=PERCENT%:MIN..MAX: work_mem=1
                    work_mem=1%:4MB            | not of the form NAME=PERCENT% or NAME=PERCENT%:MIN..MAX: work_mem=1%:4MB
                    work_mem=0%                | work_mem: not a percentage of memory: 0.0
                    work_mem=101%              | work_mem: not a percentage of memory: 101.0
                    work_mem=1%:8MB..4MB       | work_mem: the range is empty: 8MiB..4MiB
                    work_mem=1%:4..8MB         | not an amount of memory, such as 64MB: 4
                    a=1%,b=2%,a=3%             | a is given more than once
                    a=0%,b                     | a: not a percentage of memory: 0.0; not of the form NAME=PERCENT% or NAME=PERCENT%:MIN..MAX: b
                    work_mem"; DROP TABLE x=1% | not the name of a setting: work_mem"; DROP TABLE x
                    """)
    void reportsAllProblemsOfFormulas(String formulas, String problems) {
        assertThatThrownBy(() -> CachePolicy.parse("settings", formulas))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(problems);
    }

    @Test
    void knowsNoOtherPolicy() {
        assertThatThrownBy(() -> CachePolicy.parse("nein", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cache policy must be one of auto, neon, settings, none: nein");
    }

    @ParameterizedTest
    @CsvSource({
        "512kB, 524288",
        "64MB, 67108864",
        "64 MiB, 67108864",
        "1GB, 1073741824",
        "2TB, 2199023255552",
    })
    void readsAmounts(String text, long bytes) {
        assertThat(MemorySize.parse(text)).isEqualTo(new Bytes(bytes));
    }

    @Test
    void formulasStayInTheirRange() {
        var formula =
                new SettingFormula("work_mem", 1, Bytes.ofMebibytes(4), Bytes.ofMebibytes(64));
        assertThat(formula.size(Bytes.ofMebibytes(100))).isEqualTo(Bytes.ofMebibytes(4));
        assertThat(formula.size(Bytes.ofMebibytes(1000))).isEqualTo(Bytes.ofMebibytes(10));
        assertThat(formula.size(Bytes.MAX)).isEqualTo(Bytes.ofMebibytes(64));
    }

    @Test
    void doublesDelayAfterEachFailureUpToMaximum() {
        var backoff = ReconnectBackoff.DEFAULT;
        assertThat(backoff.delay(1, 0)).isEqualTo(Duration.ofMillis(100));
        assertThat(backoff.delay(2, 0)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.delay(6, 0)).isEqualTo(Duration.ofMillis(3200));
        assertThat(backoff.delay(7, 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(backoff.delay(1_000_000, 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(backoff.delay(7, 0.5)).isEqualTo(Duration.ofMillis(3750));
    }

    @Test
    void checksItsNumbers() {
        assertThatThrownBy(() -> new ReconnectBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReconnectBackoff(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
