package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/// What the runner has to do, in the order given.
public sealed interface Action {

    /// What an agent is told of the VM's size. It is worth a sentence for people, too.
    sealed interface Verdict extends Action
            permits RequestUpscale, RequestCpus, ConfirmUpscale, AcceptDownscale, RefuseDownscale {
        /// What was decided and why, in one sentence with its numbers.
        String sentence();
    }

    /// Ask the agent for more, for the reason that `plea` gives.
    record RequestUpscale(long session, UpscaleReason reason) implements Verdict {
        @Override
        public String sentence() {
            return "asked for at least " + reason.need().memory() + ": " + reason.text();
        }
    }

    /// Ask the agent for more CPUs.
    ///
    /// @param memory that the VM has, as the hypervisor counts it: it will do
    /// @param wanted how many CPUs would do
    /// @param reading what shows that they are short
    record RequestCpus(long session, Bytes memory, double wanted, CpuReading reading)
            implements Verdict {
        public ResourceNeed need() {
            return new ResourceNeed(
                    memory, OptionalDouble.of(wanted), Optional.empty(), Shortage.CPU);
        }

        /// One readable clause with its numbers.
        public String text() {
            return "%s CPUs are %d%% busy, and tasks of Postgres waited for one %d%% of the time"
                    .formatted(
                            CpuReading.text(reading.online()),
                            Math.round(100 * reading.busy()),
                            Math.round(100 * reading.waited()));
        }

        @Override
        public String sentence() {
            return "asked for " + CpuReading.text(wanted) + " CPUs: " + text();
        }
    }

    /// Tell the agent that `granted` is in use.
    ///
    /// @param applied how much of the memory is there, as the hypervisor counts it
    /// @param summary what was done, and what waits
    record ConfirmUpscale(long session, long id, Resources granted, Bytes applied, String summary)
            implements Verdict {
        @Override
        public String sentence() {
            Bytes memory = granted.memory();
            String there = applied.isLessThan(memory) ? ", of which " + applied + " is there" : "";
            return "confirmed " + memory + there + ": " + summary;
        }
    }

    /// Tell the agent that the VM can go down to `target`.
    ///
    /// @param used what Postgres uses; empty when nothing is watched
    /// @param summary what was done for it
    record AcceptDownscale(
            long session, long id, Resources target, Optional<Bytes> used, String summary)
            implements Verdict {
        @Override
        public String sentence() {
            String why = used.map(it -> ", as Postgres uses only " + it).orElse("");
            return "agreed to " + target.memory() + why + ": " + summary;
        }
    }

    /// Tell the agent that the VM cannot go down to `target`.
    record RefuseDownscale(long session, long id, Resources target, Refusal refusal)
            implements Verdict {
        @Override
        public String sentence() {
            String instead =
                    refusal.minMemory().map(min -> "; " + min + " would be agreed to").orElse("");
            return "refused " + target.memory() + ": " + refusal.text() + instead;
        }
    }

    record AnswerHealthCheck(long session, long id) implements Action {}

    /// Fit Postgres' cache to `usable` memory; a wish that replaces the one before it.
    record FitCache(Bytes usable) implements Action {}

    /// Watch for memory that reaches `limits`, or falls below them.
    ///
    /// @param threshold the usage from which more is asked for
    /// @param limits what is to be told when it is crossed: clearly below the threshold while
    ///     memory is short
    record WatchMemory(Bytes threshold, MemoryLimits limits) implements Action {}

    /// Watch for usage that will reach the threshold within `horizon`, as it grows now.
    record SetForecastHorizon(Duration horizon) implements Action {}
}
