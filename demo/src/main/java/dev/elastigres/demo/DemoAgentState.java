package dev.elastigres.demo;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// State of the demo agent.
///
/// @param units current size of the machine
/// @param announced whether the monitor was notified of a size at all
/// @param wanted whether the monitor requested more since the last grant
/// @param question the size notification or downscale request that the monitor has not answered
///     yet
/// @param health the health check that the monitor has not answered yet
/// @param shrinkAt earliest time of the next downscale request
/// @param healthAt time of the next health check
record DemoAgentState(
        int units,
        boolean announced,
        boolean wanted,
        Optional<DemoRequest> question,
        Optional<DemoRequest> health,
        Moment shrinkAt,
        Moment healthAt) {

    /// @param units size that the request is about
    record DemoRequest(long id, int units, Moment askedAt) {}

    static DemoAgentState begin(int units, DemoAgentRules rules, Moment now) {
        return new DemoAgentState(
                units,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                now.plus(rules.calm()),
                now);
    }

    /// Returns the next step. Growing has priority; at most one request is in progress.
    DemoAgentStep next(DemoAgentRules rules, Moment now) {
        Optional<Moment> deadline = oldestQuestion().map(it -> it.plus(rules.answerTimeout()));
        if (deadline.isPresent() && !now.isBefore(deadline.get()))
            return new DemoAgentStep.GiveUp(
                    "the monitor did not answer within "
                            + rules.answerTimeout().toSeconds()
                            + " s");
        if (!now.isBefore(healthAt)) return new DemoAgentStep.CheckHealth();

        Moment wakeAt = deadline.filter(healthAt::isAfter).orElse(healthAt);
        if (question.isPresent()) return new DemoAgentStep.Wait(wakeAt);
        if (!announced) return new DemoAgentStep.Grant(units);
        if (wanted && units < rules.scale().max()) return new DemoAgentStep.Grant(units + 1);
        if (units == rules.scale().min()) return new DemoAgentStep.Wait(wakeAt);
        if (!now.isBefore(shrinkAt)) return new DemoAgentStep.AskToShrink(units - 1);
        return new DemoAgentStep.Wait(wakeAt.isAfter(shrinkAt) ? shrinkAt : wakeAt);
    }

    private Optional<Moment> oldestQuestion() {
        Optional<Moment> asked = question.map(DemoRequest::askedAt);
        Optional<Moment> checked = health.map(DemoRequest::askedAt);
        return asked.filter(at -> checked.isEmpty() || at.isBefore(checked.get()))
                .or(() -> checked);
    }

    /// Records a request for more. A request is dropped if the machine has its maximum size.
    DemoAgentState asksForMore(DemoAgentRules rules, Moment now) {
        boolean possible = units < rules.scale().max();
        return new DemoAgentState(
                units, announced, possible, question, health, now.plus(rules.calm()), healthAt);
    }

    DemoAgentState granted(long id, int to, Moment now) {
        return new DemoAgentState(
                to, true, false, openRequest(id, to, now), health, shrinkAt, healthAt);
    }

    DemoAgentState withRequest(long id, int to, Moment now) {
        return new DemoAgentState(
                units, announced, wanted, openRequest(id, to, now), health, shrinkAt, healthAt);
    }

    private static Optional<DemoRequest> openRequest(long id, int units, Moment now) {
        return Optional.of(new DemoRequest(id, units, now));
    }

    boolean awaits(long id) {
        return question.isPresent() && question.get().id() == id;
    }

    DemoAgentState confirmed(DemoAgentRules rules, Moment now) {
        return answered(units, now.plus(rules.calm()));
    }

    /// Records that the machine has shrunk to `to` units.
    DemoAgentState shrunk(int to, DemoAgentRules rules, Moment now) {
        return answered(to, now.plus(rules.pace()));
    }

    DemoAgentState refused(DemoAgentRules rules, Moment now) {
        return answered(units, now.plus(rules.afterRefusal()));
    }

    private DemoAgentState answered(int has, Moment nextShrink) {
        return new DemoAgentState(
                has, announced, wanted, Optional.empty(), health, nextShrink, healthAt);
    }

    DemoAgentState checkedHealth(long id, DemoAgentRules rules, Moment now) {
        return withHealth(openRequest(id, units, now), now.plus(rules.healthEvery()));
    }

    /// Returns how long the answer to a health check took; empty if no check with this id is
    /// pending.
    Optional<Duration> sinceCheck(long id, Moment now) {
        return health.filter(check -> check.id() == id).map(check -> now.since(check.askedAt()));
    }

    DemoAgentState isHealthy() {
        return withHealth(Optional.empty(), healthAt);
    }

    private DemoAgentState withHealth(Optional<DemoRequest> check, Moment nextCheck) {
        return new DemoAgentState(units, announced, wanted, question, check, shrinkAt, nextCheck);
    }
}
