package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SurviveBenchPlanTest {
    private static final Bytes GIBIBYTE = Bytes.ofGibibytes(1);
    private static final Duration DELAY = Duration.ofSeconds(2);

    @Test
    void computesStepNeededByABurst() {
        assertThat(SurviveBenchPlan.needed(SurviveBenchPlan.BURST.plus(Bytes.ofMebibytes(100))))
                .isEqualTo(GIBIBYTE);
        assertThat(SurviveBenchPlan.needed(Bytes.ofMebibytes(100))).isEqualTo(Bytes.ZERO);
        // 85 % of what remains of 2 GiB after the kernel reserve of 100 MiB.
        assertThat(SurviveBenchPlan.needed(Bytes.ofMebibytes(1655))).isEqualTo(GIBIBYTE);
        assertThat(SurviveBenchPlan.needed(Bytes.ofMebibytes(1656)))
                .isEqualTo(Bytes.ofGibibytes(2));
    }

    @Test
    void eachRequestIsGrantedAfterTheDelay() {
        var grants = new DelayedGrants(DELAY);
        assertThat(grants.isDue(at(0))).isFalse();
        grants.requested(at(1000), Optional.empty());
        grants.requested(at(2000), Optional.empty());
        assertThat(grants.grown()).isEqualTo(Bytes.ofGibibytes(2));
        assertThat(grants.isDue(at(2999))).isFalse();
        assertThat(grants.isDue(at(3000))).isTrue();
        assertThat(grants.next()).isEqualTo(Bytes.ofGibibytes(2));
        assertThat(grants.isDue(at(3999))).isFalse();
        assertThat(grants.isDue(at(4000))).isTrue();
        assertThat(grants.next()).isEqualTo(Bytes.ofGibibytes(3));
        assertThat(grants.isDue(at(9000))).isFalse();
    }

    @Test
    void grantsWantedAmountInOneStep() {
        var grants = new DelayedGrants(DELAY);
        grants.requested(at(1000), Optional.of(Bytes.ofMebibytes(2100)));
        grants.requested(at(2000), Optional.of(Bytes.ofMebibytes(3000)));
        assertThat(grants.grown()).isEqualTo(Bytes.ofGibibytes(2));
        assertThat(grants.isDue(at(3000))).isTrue();
        assertThat(grants.next()).isEqualTo(Bytes.ofGibibytes(3));
        assertThat(grants.isDue(at(9000))).isFalse();
        // All granted memory has arrived, and it is not enough.
        grants.requested(at(9000), Optional.of(Bytes.ofMebibytes(3000)));
        assertThat(grants.grown()).isEqualTo(Bytes.ofGibibytes(3));
    }

    @Test
    void aVmHasALargestSize() {
        var grants = new DelayedGrants(DELAY);
        for (int i = 0; i < 20; i++) grants.requested(at(i), Optional.empty());
        assertThat(grants.grown()).isEqualTo(SurviveBenchPlan.LARGE.minus(SurviveBenchPlan.SMALL));
    }

    private static Moment at(long millis) {
        return new Moment(millis * 1_000_000);
    }

    @Test
    void rowReportsStallTime() throws Exception {
        assertThat(row(Optional.of(Duration.ofMillis(12_500))).json())
                .isEqualTo(
                        "{\"bench\":\"survive\",\"rule\":\"fixed\",\"rate_mib_s\":100,\"delay_s\":2.0,"
                                + "\"killed\":false,\"stall_ms\":500,\"burst_ms\":12000,"
                                + "\"grown_mib\":2048,\"needed_mib\":1024}");
        assertThat(row(Optional.of(Duration.ofMillis(11_999))).json()).contains("\"stall_ms\":0,");
        assertThat(Json.parse(row(Optional.empty()).json()))
                .isInstanceOfSatisfying(
                        Json.Obj.class,
                        json -> {
                            assertThat(json.get("killed")).contains(new Json.Bool(true));
                            assertThat(json.get("stall_ms")).contains(new Json.Null());
                        });
        assertThat(row(Optional.empty()).text()).contains(" yes ");
    }

    private static SurviveBenchRow row(Optional<Duration> took) {
        return new SurviveBenchRow(
                SamplingRule.FIXED,
                new BurstRate(100),
                DELAY,
                took,
                Duration.ofSeconds(12),
                Bytes.ofGibibytes(2),
                GIBIBYTE);
    }
}
