package dev.elastigres.demo;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// What the agent remembers.
///
/// @param units that the machine has
/// @param announced whether the monitor was told of a size at all
/// @param wanted whether the monitor asked for more since the last grant
/// @param question that the monitor has not answered yet
/// @param health the health check that it has not answered yet
/// @param shrinkAt not before this a downscale is asked for
/// @param healthAt when the next health check is due
record AgentState(
        int units,
        boolean announced,
        boolean wanted,
        Optional<Question> question,
        Optional<Question> health,
        Moment shrinkAt,
        Moment healthAt) {

    /// @param units that it is about
    record Question(long id, int units, Moment askedAt) {}

    static AgentState begin(int units, AgentRules rules, Moment now) {
        return new AgentState(
                units,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                now.plus(rules.calm()),
                now);
    }

    /// The one next step. Growing comes first; one question at a time.
    AgentStep next(AgentRules rules, Moment now) {
        Optional<Moment> deadline = oldestQuestion().map(it -> it.plus(rules.answerWithin()));
        if (deadline.isPresent() && !now.isBefore(deadline.get()))
            return new AgentStep.GiveUp(
                    "the monitor did not answer within " + rules.answerWithin().toSeconds() + " s");
        if (!now.isBefore(healthAt)) return new AgentStep.CheckHealth();

        Moment wakeAt = deadline.filter(healthAt::isAfter).orElse(healthAt);
        if (question.isPresent()) return new AgentStep.Wait(wakeAt);
        if (!announced) return new AgentStep.Grant(units);
        if (wanted && units < rules.scale().max()) return new AgentStep.Grant(units + 1);
        if (units == rules.scale().min()) return new AgentStep.Wait(wakeAt);
        if (!now.isBefore(shrinkAt)) return new AgentStep.AskToShrink(units - 1);
        return new AgentStep.Wait(wakeAt.isAfter(shrinkAt) ? shrinkAt : wakeAt);
    }

    private Optional<Moment> oldestQuestion() {
        Optional<Moment> asked = question.map(Question::askedAt);
        Optional<Moment> checked = health.map(Question::askedAt);
        return asked.filter(at -> checked.isEmpty() || at.isBefore(checked.get()))
                .or(() -> checked);
    }

    /// A machine at its most has nothing to give: the wish is forgotten.
    AgentState asksForMore(AgentRules rules, Moment now) {
        boolean possible = units < rules.scale().max();
        return new AgentState(
                units, announced, possible, question, health, now.plus(rules.calm()), healthAt);
    }

    AgentState granted(long id, int to, Moment now) {
        return new AgentState(to, true, false, asking(id, to, now), health, shrinkAt, healthAt);
    }

    AgentState asked(long id, int to, Moment now) {
        return new AgentState(
                units, announced, wanted, asking(id, to, now), health, shrinkAt, healthAt);
    }

    private static Optional<Question> asking(long id, int units, Moment now) {
        return Optional.of(new Question(id, units, now));
    }

    boolean awaits(long id) {
        return question.isPresent() && question.get().id() == id;
    }

    AgentState confirmed(AgentRules rules, Moment now) {
        return answered(units, now.plus(rules.calm()));
    }

    /// The machine has `to` units now.
    AgentState shrunk(int to, AgentRules rules, Moment now) {
        return answered(to, now.plus(rules.pace()));
    }

    AgentState refused(AgentRules rules, Moment now) {
        return answered(units, now.plus(rules.afterRefusal()));
    }

    private AgentState answered(int has, Moment nextShrink) {
        return new AgentState(
                has, announced, wanted, Optional.empty(), health, nextShrink, healthAt);
    }

    AgentState checkedHealth(long id, AgentRules rules, Moment now) {
        return withHealth(asking(id, units, now), now.plus(rules.healthEvery()));
    }

    /// How long the answer took; empty when nobody waits for it.
    Optional<Duration> sinceCheck(long id, Moment now) {
        return health.filter(check -> check.id() == id).map(check -> now.since(check.askedAt()));
    }

    AgentState isHealthy() {
        return withHealth(Optional.empty(), healthAt);
    }

    private AgentState withHealth(Optional<Question> check, Moment nextCheck) {
        return new AgentState(units, announced, wanted, question, check, shrinkAt, nextCheck);
    }
}
