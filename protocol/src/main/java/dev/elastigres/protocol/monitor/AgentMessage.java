package dev.elastigres.protocol.monitor;

import dev.elastigres.core.units.Resources;

/// Messages of an agent to a monitor after the handshake. Ids are unsigned 64-bit numbers. A
/// message that starts an exchange has an even id, an answer has the id of the message it answers.
public sealed interface AgentMessage {
    long id();

    /// Notifies the monitor that the VM has `granted` now.
    record UpscaleNotification(long id, Resources granted) implements AgentMessage {}

    /// Asks whether the VM can shrink to `target`.
    record DownscaleRequest(long id, Resources target) implements AgentMessage {}

    record HealthCheck(long id) implements AgentMessage {}

    /// The monitor's message `id` was invalid.
    record InvalidMessage(long id, String error) implements AgentMessage {}

    /// Handling the monitor's message `id` failed.
    record InternalError(long id, String error) implements AgentMessage {}
}
