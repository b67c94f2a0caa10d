package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.Action.RequestCpus;
import dev.elastigres.core.monitor.Event.CpusRead;
import dev.elastigres.core.monitor.Event.SessionStarted;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tests requests for CPUs, with one reading per second.
class CpuDemandTest {
    private static final MonitorRules RULES = MonitorRules.FORESIGHTED.with(CpuRules.DEFAULT);
    private static final Bytes MEMORY = Bytes.ofGibibytes(1);
    private static final CpuReading CALM = new CpuReading(2, 0.4, 0.1, 1);
    /// One backend uses a full CPU; another CPU would not help it.
    private static final CpuReading ONE_BACKEND = new CpuReading(2, 0.55, 0.05, 1);
    /// All CPUs are in use, and tasks wait only briefly.
    private static final CpuReading FULL = new CpuReading(2, 1, 0.2, 2);
    /// Postgres waits for a CPU while some are idle: another limit is in effect.
    private static final CpuReading LIMITED = new CpuReading(2, 0.5, 0.9, 3);
    private static final CpuReading SHORT = new CpuReading(2, 1, 0.9, 3);

    private State state =
            State.begin(MEMORY.minus(Bytes.ofMebibytes(100)), new DatabaseState.Unmanaged(), RULES);
    private Moment now = new Moment(0);

    private List<Action> after(Event event) {
        Step step = MonitorDecision.after(state, event, new Usage.NotMonitored(), RULES, now);
        state = step.state();
        return step.actions();
    }

    /// Returns the requests for CPUs as `SECOND:WANTED`.
    private List<String> after(int seconds, CpuReading reading) {
        var asked = new ArrayList<String>();
        for (int i = 1; i <= seconds; i++) {
            now = now.plus(Duration.ofSeconds(1));
            for (Action action : after(new CpusRead(reading)))
                if (action instanceof RequestCpus ask)
                    asked.add(i + ":" + CpuReading.text(ask.wanted()));
        }
        return asked;
    }

    @Test
    void asksWhenAllCpusAreBusyAndTasksWait() {
        after(new SessionStarted(1, true));
        assertThat(after(60, CALM)).isEmpty();
        assertThat(after(60, ONE_BACKEND)).isEmpty();
        assertThat(after(60, FULL)).isEmpty();
        assertThat(after(60, LIMITED)).isEmpty();
        assertThat(after(3, SHORT)).containsExactly("3:3");
    }

    @Test
    void aBurstIsNotWorthACpu() {
        after(new SessionStarted(1, true));
        for (int i = 0; i < 20; i++) {
            assertThat(after(2, SHORT)).isEmpty();
            assertThat(after(1, CALM)).isEmpty();
        }
    }

    @Test
    void backsOffWhenRequestsAreFruitless() {
        after(new SessionStarted(1, true));
        assertThat(after(30, SHORT)).containsExactly("3:3", "4:3", "6:3", "10:3", "18:3", "26:3");
    }

    @Test
    void waitsForGrantToTakeEffect() {
        after(new SessionStarted(1, true));
        assertThat(after(3, SHORT)).hasSize(1);
        after(new UpscaleNotified(1, 2, new Resources(3, MEMORY)));
        // Three CPUs and four tasks.
        assertThat(after(3, new CpuReading(3, 1, 0.9, 4))).containsExactly("3:4");
    }

    @Test
    void asksForOneCpuPerTaskUpToDouble() {
        after(new SessionStarted(1, true));
        assertThat(after(3, new CpuReading(2, 1, 1, 16))).containsExactly("3:4");
        after(new UpscaleNotified(1, 2, new Resources(4, MEMORY)));
        // The minimum of three readings is the demand that lasted.
        after(1, new CpuReading(4, 1, 1, 16));
        after(1, new CpuReading(4, 1, 1, 6));
        assertThat(after(1, new CpuReading(4, 1, 1, 16))).containsExactly("1:6");
    }

    @Test
    void partsOfOneDouble() {
        after(new SessionStarted(1, true));
        assertThat(after(3, new CpuReading(0.25, 1, 0.9, 4))).containsExactly("3:0.5");
        assertThat(after(3, new CpuReading(0.5, 1, 0.9, 4))).containsExactly("3:1");
        assertThat(after(3, new CpuReading(1.5, 1, 0.9, 9))).containsExactly("3:3");
    }

    @Test
    void sendsNoCpuRequestToAgentWithoutSupport() {
        assertThat(after(10, SHORT)).as("nobody is there").isEmpty();
        after(new SessionStarted(1, false));
        assertThat(after(10, SHORT)).isEmpty();
        after(new SessionStarted(2, true));
        assertThat(after(1, SHORT)).containsExactly("1:3");
    }

    @Test
    void explainsRequestWithItsNumbers() {
        after(new SessionStarted(1, true));
        after(2, SHORT);
        now = now.plus(Duration.ofSeconds(1));
        var ask = (RequestCpus) after(new CpusRead(SHORT)).getFirst();
        assertThat(ask.sentence())
                .isEqualTo(
                        "asked for 3 CPUs: 2 CPUs are 100% busy, and tasks of Postgres waited for"
                                + " one 90% of the time");
        assertThat(ask.need().memory()).as("enough of that").isEqualTo(MEMORY);
        assertThat(ask.need().vcpus()).hasValue(3);
        assertThat(ask.need().reason()).isEqualTo(Shortage.CPU);
    }
}
