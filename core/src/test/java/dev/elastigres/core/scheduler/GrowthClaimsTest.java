package dev.elastigres.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GrowthClaimsTest {
    @Test
    void theSmallestGetsTheNextUnit() {
        var claims = new GrowthClaims();
        claims.add(1000, 4000, 250, 1000, false, 0);
        claims.add(500, 4000, 250, 1000, false, 1);
        assertThat(claims.distribute(1000)).containsExactly(250, 750);
    }

    @Test
    void remaindersOfLessThanAUnitAreNotLost() {
        var claims = new GrowthClaims();
        for (int i = 0; i < 3; i++) claims.add(1000, 2000, 250, 1000, false, i);
        assertThat(claims.distribute(250)).containsExactly(250, 0, 0);
    }

    @Test
    void urgentClaimsComeFirst() {
        var claims = new GrowthClaims();
        claims.add(500, 4000, 250, 1000, false, 0);
        claims.add(3000, 4000, 250, 1000, true, 1);
        assertThat(claims.distribute(1250)).containsExactly(250, 1000);
    }

    @Test
    void nothingIsGivenOfAnOverbookedNode() {
        var claims = new GrowthClaims();
        claims.add(500, 4000, 250, 1000, true, 0);
        claims.add(500, 600, 250, 1000, true, 1);
        assertThat(claims.distribute(-300)).containsExactly(0, 0);
    }

    /// The unit of an agent is not ours to choose: the smallest must not cost millions of steps.
    @Test
    void theSmallestUnitTakesBoundedSteps() {
        var claims = new GrowthClaims();
        for (int i = 0; i < 100; i++) claims.add(1, 1L << 46, 1, 1000, false, i);
        long[] growth = claims.distribute(1L << 45);
        long sum = LongStream.of(growth).sum();
        assertThat(sum).isBetween((1L << 45) - (1L << 34), 1L << 45);
    }

    @Test
    void noMoreIsGivenThanThereIs() {
        var random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            var claims = new GrowthClaims();
            int count = random.nextInt(1, 8);
            long[] sizes = new long[count];
            long[] wants = new long[count];
            long[] factors = new long[count];
            for (int i = 0; i < count; i++) {
                sizes[i] = random.nextLong(5_000);
                wants[i] = random.nextLong(10_000);
                factors[i] = random.nextLong(500, 10_000);
                claims.add(
                        sizes[i],
                        wants[i],
                        random.nextLong(1, 500),
                        factors[i],
                        random.nextBoolean(),
                        i);
            }
            long room = random.nextLong(-500, 5_000);
            long[] growth = claims.distribute(room);
            long cost = 0;
            for (int i = 0; i < count; i++) {
                assertThat(growth[i]).isBetween(0L, Math.max(0, wants[i] - sizes[i]));
                cost += (sizes[i] + growth[i]) * 1000 / factors[i] - sizes[i] * 1000 / factors[i];
            }
            assertThat(cost).isLessThanOrEqualTo(Math.max(0, room));
        }
    }
}
