package dev.elastigres.vm.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.vm.guest.CpuPlan.CpuSwitch;
import org.junit.jupiter.api.Test;

class CpuPlanTest {
    @Test
    void switchesOnLowestCpusFirst() {
        assertThat(CpuPlan.of("0-3", "0", 3).steps())
                .containsExactly(new CpuSwitch(1, true), new CpuSwitch(2, true));
        assertThat(CpuPlan.of("0-3", "0,2\n", 3).steps()).containsExactly(new CpuSwitch(1, true));
    }

    @Test
    void switchesOffHighestCpusFirstAndKeepsTheFirst() {
        assertThat(CpuPlan.of("0-3", "0-3", 1).steps())
                .containsExactly(
                        new CpuSwitch(3, false), new CpuSwitch(2, false), new CpuSwitch(1, false));
        assertThat(CpuPlan.of("0-3", "0-3", 0).steps()).hasSize(3);
    }

    @Test
    void plansNoStepsAtTargetCount() {
        assertThat(CpuPlan.of("0-3", "0,2-3", 3).steps()).isEmpty();
        assertThat(CpuPlan.of("0-1", "0-1", 8).steps()).as("there are no more").isEmpty();
    }

    @Test
    void countsCpusInKernelList() {
        assertThat(CpuPlan.count("0\n")).isEqualTo(1);
        assertThat(CpuPlan.count("0,2-3,7-10")).isEqualTo(7);
    }
}
