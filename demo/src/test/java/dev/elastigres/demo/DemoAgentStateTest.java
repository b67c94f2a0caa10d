package dev.elastigres.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Moment;
import dev.elastigres.demo.DemoAgentStep.AskToShrink;
import dev.elastigres.demo.DemoAgentStep.CheckHealth;
import dev.elastigres.demo.DemoAgentStep.GiveUp;
import dev.elastigres.demo.DemoAgentStep.Grant;
import dev.elastigres.demo.DemoAgentStep.Wait;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Tests the demo agent's next step, with machines of two to five units.
class DemoAgentStateTest {
    private static final DemoAgentRules RULES = DemoAgentRules.DEFAULT;
    private static final Moment START = new Moment(0);

    @Test
    void checksHealthFirstThenAnnouncesTheSize() {
        DemoAgentState begin = DemoAgentState.begin(2, RULES, START);
        assertThat(begin.next(RULES, START)).isEqualTo(new CheckHealth());
        DemoAgentState checked = begin.checkedHealth(2, RULES, START);
        assertThat(checked.next(RULES, START)).isEqualTo(new Grant(2));
    }

    @Test
    void growsByOneUnitPerRequestUpToMaximum() {
        DemoAgentState wanting = settled(4).asksForMore(RULES, at(100));
        assertThat(wanting.next(RULES, at(100))).isEqualTo(new Grant(5));

        DemoAgentState largest = wanting.granted(6, 5, at(100)).confirmed(RULES, at(110));
        assertThat(largest.asksForMore(RULES, at(200)).next(RULES, at(200)))
                .isInstanceOf(Wait.class);
    }

    @Test
    void sendsNoRequestWhileAnswerIsPending() {
        DemoAgentState asked = settled(4).withRequest(6, 3, at(100)).asksForMore(RULES, at(150));
        assertThat(asked.next(RULES, at(200))).isInstanceOf(Wait.class);
        // The machine shrinks as agreed, and grows again at once.
        assertThat(asked.shrunk(3, RULES, at(250)).next(RULES, at(250))).isEqualTo(new Grant(4));
    }

    @Test
    void shrinksAfterCalmTimeButNotBelowMinimum() {
        DemoAgentState calm = settled(3).confirmed(RULES, at(100));
        Moment later = at(100).plus(RULES.calm());
        assertThat(calm.next(RULES, at(101))).isEqualTo(new Wait(later));
        assertThat(calm.next(RULES, later)).isEqualTo(new AskToShrink(2));

        DemoAgentState min = settled(2).confirmed(RULES, at(100));
        assertThat(min.next(RULES, later)).isInstanceOf(Wait.class);
    }

    @Test
    void leavesARefusedDownscaleAloneForAWhile() {
        DemoAgentState refused = settled(3).withRequest(6, 2, at(100)).refused(RULES, at(200));
        assertThat(refused.next(RULES, at(200).plus(RULES.calm()))).isInstanceOf(Wait.class);
        DemoAgentState healthy =
                refused.checkedHealth(8, RULES, at(200).plus(RULES.afterRefusal())).isHealthy();
        assertThat(healthy.next(RULES, at(200).plus(RULES.afterRefusal())))
                .isEqualTo(new AskToShrink(2));
    }

    @Test
    void givesUpOnAMonitorThatDoesNotAnswer() {
        DemoAgentState asked = settled(3).withRequest(6, 2, at(100));
        assertThat(asked.next(RULES, at(100).plus(RULES.answerTimeout())))
                .isEqualTo(new GiveUp("the monitor did not answer within 5 s"));

        DemoAgentState checked =
                DemoAgentState.begin(2, RULES, START).checkedHealth(2, RULES, START);
        assertThat(checked.next(RULES, START.plus(RULES.answerTimeout())))
                .isInstanceOf(GiveUp.class);
    }

    @Test
    void timesTheHealthCheckThatWasAsked() {
        DemoAgentState checked = settled(2).checkedHealth(8, RULES, at(100));
        assertThat(checked.sinceCheck(8, at(103))).contains(Duration.ofMillis(3));
        assertThat(checked.sinceCheck(6, at(103))).isEmpty();
        assertThat(checked.isHealthy().sinceCheck(8, at(103))).isEmpty();
    }

    /// Returns the state of a machine with `units`, announced and confirmed, after the first
    /// successful health check.
    private static DemoAgentState settled(int units) {
        return DemoAgentState.begin(units, RULES, START)
                .checkedHealth(2, RULES, START)
                .isHealthy()
                .granted(4, units, START)
                .confirmed(RULES, START);
    }

    private static Moment at(long millis) {
        return START.plus(Duration.ofMillis(millis));
    }
}
