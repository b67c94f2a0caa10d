package dev.elastigres.protocol.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Messages of a monitor to an agent after the handshake. Ids are unsigned 64-bit numbers. A
/// message that starts an exchange has an odd id, an answer has the id of the message it answers.
///
/// Optional fields are those of v1.1: v1.0 never has them, and v1.1 may omit them.
public sealed interface MonitorMessage {
    long id();

    /// The monitor needs more resources now.
    record UpscaleRequest(long id, NeedDetails wanted) implements MonitorMessage {
        public UpscaleRequest(long id) {
            this(id, NeedDetails.UNSAID);
        }
    }

    /// The monitor uses the granted resources.
    record UpscaleConfirmation(long id, AppliedSize applied) implements MonitorMessage {
        public UpscaleConfirmation(long id) {
            this(id, AppliedSize.UNSAID);
        }
    }

    /// @param ok whether the VM may shrink
    /// @param status what was done, or why not, as text for people
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

    /// The agent's message `id` was invalid; 0 if its id was invalid, too.
    record InvalidMessage(long id, String error) implements MonitorMessage {}

    /// Handling the agent's message `id` failed.
    record InternalError(long id, String error) implements MonitorMessage {}

    /// Amount that is needed, with urgency and reason.
    ///
    /// @param reason code of the shortage
    /// @param memory smallest memory of the whole VM that would not be short
    /// @param vcpus CPUs of the whole VM, fractions allowed
    /// @param timeLeft time until all usable memory is taken, at most a day
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

    /// The part of the granted resources that the VM actually has.
    ///
    /// @param memory memory in use: all that was granted, or less while the rest is pending
    /// @param vcpus CPUs that are online
    record AppliedSize(Optional<Bytes> memory, OptionalDouble vcpus) {
        public static final AppliedSize UNSAID =
                new AppliedSize(Optional.empty(), OptionalDouble.empty());
    }

    /// Details of a refused downscale.
    ///
    /// @param reason code of the refusal
    /// @param minMemory smallest memory of the whole VM that would be accepted now
    record RefusalDetails(Optional<String> reason, Optional<Bytes> minMemory) {
        public static final RefusalDetails UNSAID =
                new RefusalDetails(Optional.empty(), Optional.empty());
    }

    /// Health of the monitor and its Postgres.
    ///
    /// @param ready whether the monitor is fully functional
    /// @param postgres code of the state of the Postgres whose cache is managed
    /// @param problems why the monitor is not ready, as text for people: at most 16 of at most 200
    ///     characters each; anything beyond is dropped
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
