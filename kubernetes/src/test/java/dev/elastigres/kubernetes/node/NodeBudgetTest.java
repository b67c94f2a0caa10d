package dev.elastigres.kubernetes.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.kubernetes.targets.TargetSource;
import dev.elastigres.kubernetes.targets.TestScaledPods;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeBudgetTest {
    private static final Resources GIB = new Resources(0.25, Bytes.ofGibibytes(1));

    /// A host of 8 CPUs and 32000 MiB with a headroom of one tenth for urgent requests.
    private static final BudgetRules SET =
            new BudgetRules(
                    new Resources(8, Bytes.ofMebibytes(32_000)),
                    new Resources(0.8, Bytes.ofMebibytes(3_200)),
                    GIB,
                    Duration.ofSeconds(10));

    private static final Resources ROOM = new Resources(1, Bytes.ofMebibytes(1_000));

    private static ScaledPod pod(double cpus, int mebibytes) {
        var name = new PodName("db", "pg-" + mebibytes);
        var unit = new ComputeUnit(cpus, Bytes.ofMebibytes(mebibytes));
        return TestScaledPods.of(
                name, "uid", unit, 4, ScalingMode.AUTO, new TargetSource.Annotations());
    }

    /// With steps of 1 GiB nothing would be left for a pod of 256 MiB.
    @Test
    void roomIsHandedOutInTheSmallestUnitOfThePods() {
        var rules = NodeBudget.of(SET, ROOM, List.of(pod(0.1, 512), pod(0.25, 256)));
        assertThat(rules.capacity()).isEqualTo(ROOM);
        assertThat(rules.step()).isEqualTo(new Resources(0.1, Bytes.ofMebibytes(256)));
        assertThat(NodeBudget.of(SET, ROOM, List.of()).step()).isEqualTo(GIB);
    }

    @Test
    void theSamePartIsKeptForUrgentAsksAsOnAHost() {
        assertThat(NodeBudget.of(SET, ROOM, List.of()).headroom())
                .isEqualTo(new Resources(0.1, Bytes.ofMebibytes(100)));
        assertThat(NodeBudget.of(SET, Resources.ZERO, List.of()).headroom())
                .isEqualTo(Resources.ZERO);
    }
}
