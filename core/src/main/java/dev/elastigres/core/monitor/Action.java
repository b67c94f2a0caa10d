package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/// Actions for the runner to take, in the order given.
public sealed interface Action {

    /// A message to the agent about the VM's size. Each has a sentence for logs and pages.
    sealed interface Verdict extends Action
            permits RequestUpscale, RequestCpus, ConfirmUpscale, AcceptDownscale, RefuseDownscale {
        /// Returns the decision and its reason as one sentence with the numbers.
        String sentence();
    }

    /// Ask the agent for more memory, for `reason`.
    record RequestUpscale(long session, UpscaleReason reason) implements Verdict {
        @Override
        public String sentence() {
            return "asked for at least " + reason.need().memory() + ": " + reason.text();
        }
    }

    /// Ask the agent for more CPUs.
    ///
    /// @param memory the VM's memory as the hypervisor counts it, which is enough
    /// @param wanted number of CPUs that would be enough
    /// @param reading the reading that shows the shortage
    record RequestCpus(long session, Bytes memory, double wanted, CpuReading reading)
            implements Verdict {
        public ResourceNeed need() {
            return new ResourceNeed(
                    memory, OptionalDouble.of(wanted), Optional.empty(), Shortage.CPU);
        }

        /// Returns the reason as one readable clause with its numbers.
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

    /// Confirm to the agent that `granted` is in use.
    ///
    /// @param applied the part of the memory that is present, as the hypervisor counts it
    /// @param summary what was done, and what is still pending
    record ConfirmUpscale(long session, long id, Resources granted, Bytes applied, String summary)
            implements Verdict {
        @Override
        public String sentence() {
            Bytes memory = granted.memory();
            String there = applied.isLessThan(memory) ? ", of which " + applied + " is there" : "";
            return "confirmed " + memory + there + ": " + summary;
        }
    }

    /// Accept the downscale to `target`.
    ///
    /// @param used memory that Postgres uses; empty if nothing is watched
    /// @param summary what was done to make it possible
    record AcceptDownscale(
            long session, long id, Resources target, Optional<Bytes> used, String summary)
            implements Verdict {
        @Override
        public String sentence() {
            String why = used.map(it -> ", as Postgres uses only " + it).orElse("");
            return "agreed to " + target.memory() + why + ": " + summary;
        }
    }

    /// Refuse the downscale to `target`.
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

    /// Fit Postgres' cache to `usable` memory. This replaces the previous request.
    record FitCache(Bytes usable) implements Action {}

    /// Watch for memory demand that reaches `limits` or falls below them.
    ///
    /// @param threshold usage from which the monitor requests more
    /// @param limits the limits whose crossing is reported; clearly below the threshold while
    ///     memory is short
    record WatchMemory(Bytes threshold, MemoryLimits limits) implements Action {}

    /// Forecast usage at `horizon`: watch for usage that reaches the threshold within it at the
    /// present rate of growth.
    record SetForecastHorizon(Duration horizon) implements Action {}
}
