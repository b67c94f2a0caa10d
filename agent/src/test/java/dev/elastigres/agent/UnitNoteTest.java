package dev.elastigres.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnitNoteTest {
    private static final Resources GRAIN = new Resources(1, Bytes.ofMebibytes(8));

    private static Optional<String> note(boolean fits, int minMebibytes) {
        var min = new Resources(1, Bytes.ofMebibytes(minMebibytes));
        var max = new Resources(4, Bytes.ofGibibytes(4));
        var rules =
                new VmRules(
                        ComputeUnit.DEFAULT,
                        fits,
                        Optional.empty(),
                        Optional.empty(),
                        ScalingRules.ELASTIGRES);
        return UnitNote.of("demo", SizeLimits.between(rules.unit(min), min, max, GRAIN));
    }

    @Test
    void aUnitSetByHandThatIsAboveTheMinimumIsNoted() {
        assertThat(note(false, 512))
                .contains(
                        "demo never becomes smaller than 1 CPU and 1GiB, for its compute unit of"
                                + " 0.25 CPUs and 1GiB, although its minimum is 1 CPU and 512MiB;"
                                + " smaller values of unit-cpus and unit-memory let it");
        assertThat(note(false, 1024)).isEmpty();
    }

    @Test
    void aUnitThatFitsTheMinimumIsNot() {
        assertThat(note(true, 512)).isEmpty();
        assertThat(note(true, 128)).isEmpty();
        // A unit below an eighth of the default must be configured.
        assertThat(note(true, 64)).isPresent();
    }
}
