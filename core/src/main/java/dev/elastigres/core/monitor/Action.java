package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// What the runner has to do, in the order given.
public sealed interface Action {

    /// Ask the agent for more, as `used` is at `threshold` or above.
    record AskForMore(long session, Bytes used, Bytes threshold) implements Action {}

    /// Tell the agent that `granted` is in use. `summary` says what was done, and what waits.
    record Confirm(long session, long id, Resources granted, String summary) implements Action {}

    /// Tell the agent that the VM can go down to `target`. `summary` says what was done for it.
    record Agree(long session, long id, Resources target, String summary) implements Action {}

    /// Tell the agent that the VM cannot go down to `target`.
    record Refuse(long session, long id, Resources target, Refusal refusal) implements Action {}

    record AnswerHealthCheck(long session, long id) implements Action {}

    /// Fit Postgres' cache to `usable` memory; a wish that replaces the one before it.
    record FitCache(Bytes usable) implements Action {}

    /// Watch for usage that reaches `threshold`.
    record SetThreshold(Bytes threshold) implements Action {}
}
