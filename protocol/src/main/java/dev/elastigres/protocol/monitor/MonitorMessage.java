package dev.elastigres.protocol.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a monitor says to an agent after the handshake. Ids are unsigned 64-bit numbers, odd when
/// the monitor began, else those of the message answered.
///
/// What can be absent came with v1.1: v1.0 never has it, and v1.1 need not.
public sealed interface MonitorMessage {
    long id();

    /// More is needed now.
    record UpscaleRequest(long id, NeedDetails wanted) implements MonitorMessage {
        public UpscaleRequest(long id) {
            this(id, NeedDetails.UNSAID);
        }
    }

    /// What was granted is in use.
    record UpscaleConfirmation(long id, AppliedSize applied) implements MonitorMessage {
        public UpscaleConfirmation(long id) {
            this(id, AppliedSize.UNSAID);
        }
    }

    /// @param ok whether the VM may shrink
    /// @param status what was done, or why not, for people
    record DownscaleResult(long id, boolean ok, String status, RefusalDetails refused)
            implements MonitorMessage {
        public DownscaleResult(long id, boolean ok, String status) {
            this(id, ok, status, RefusalDetails.UNSAID);
        }
    }

    record HealthCheck(long id, HealthDetails health) implements MonitorMessage {
        public HealthCheck(long id) {
            this(id, HealthDetails.UNSAID);
        }
    }

    /// The agent's message `id` could not be read; 0 when it had no id that could be read.
    record InvalidMessage(long id, String error) implements MonitorMessage {}

    /// Handling the agent's message `id` failed.
    record InternalError(long id, String error) implements MonitorMessage {}

    /// How much is needed, how soon and why.
    ///
    /// @param reason a code: what is short
    /// @param memory the least of the whole VM with which it would not be short
    /// @param vcpus of the whole VM, fractions allowed
    /// @param timeLeft until all that is usable is taken, a day at most
    record NeedDetails(
            Optional<String> reason,
            Optional<Bytes> memory,
            OptionalDouble vcpus,
            Optional<Duration> timeLeft) {
        public static final NeedDetails UNSAID =
                new NeedDetails(
                        Optional.empty(),
                        Optional.empty(),
                        OptionalDouble.empty(),
                        Optional.empty());

        private static final Duration MAX = Duration.ofDays(1);

        public NeedDetails {
            timeLeft = timeLeft.map(left -> left.compareTo(MAX) < 0 ? left : MAX);
        }
    }

    /// What the VM really has of what was granted.
    ///
    /// @param memory that is in use; all that was granted, or less while it is on its way
    /// @param vcpus that are online
    record AppliedSize(Optional<Bytes> memory, OptionalDouble vcpus) {
        public static final AppliedSize UNSAID =
                new AppliedSize(Optional.empty(), OptionalDouble.empty());
    }

    /// More about a downscale that was refused.
    ///
    /// @param reason a code
    /// @param minMemory the least of the whole VM that would be agreed to now
    record RefusalDetails(Optional<String> reason, Optional<Bytes> minMemory) {
        public static final RefusalDetails UNSAID =
                new RefusalDetails(Optional.empty(), Optional.empty());
    }

    /// How the monitor and its Postgres are.
    ///
    /// @param ready whether the monitor can do all it is for
    /// @param postgres a code: the state of the Postgres whose cache is managed
    /// @param problems why it is not ready, for people: 16 at most, of 200 characters each at most;
    ///      what is beyond that is left out
    record HealthDetails(
            Optional<Boolean> ready, Optional<String> postgres, List<String> problems) {
        public static final HealthDetails UNSAID =
                new HealthDetails(Optional.empty(), Optional.empty(), List.of());

        private static final int MAX_PROBLEMS = 16;
        private static final int MAX_PROBLEM_LENGTH = 200;

        public HealthDetails {
            problems = problems.stream().limit(MAX_PROBLEMS).map(HealthDetails::shortened).toList();
        }

        private static String shortened(String text) {
            if (text.length() <= MAX_PROBLEM_LENGTH) return text;
            boolean splits = Character.isHighSurrogate(text.charAt(MAX_PROBLEM_LENGTH - 1));
            return text.substring(0, splits ? MAX_PROBLEM_LENGTH - 1 : MAX_PROBLEM_LENGTH);
        }
    }
}
