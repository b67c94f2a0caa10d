package dev.elastigres.protocol.monitor;

import dev.elastigres.core.units.Resources;

/// What an agent says to a monitor after the handshake. Ids are unsigned 64-bit numbers, even when
/// the agent began, else those of the message answered.
public sealed interface AgentMessage {
    long id();

    /// The VM has `granted` now.
    record UpscaleNotification(long id, Resources granted) implements AgentMessage {}

    /// May the VM go down to `target`?
    record DownscaleRequest(long id, Resources target) implements AgentMessage {}

    record HealthCheck(long id) implements AgentMessage {}

    /// The monitor's message `id` could not be read.
    record InvalidMessage(long id, String error) implements AgentMessage {}

    /// Handling the monitor's message `id` failed.
    record InternalError(long id, String error) implements AgentMessage {}
}
