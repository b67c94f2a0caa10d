package dev.elastigres.protocol.monitor;

/// What a monitor says to an agent after the handshake. Ids are unsigned 64-bit numbers, odd when
/// the monitor began, else those of the message answered.
public sealed interface MonitorMessage {
    long id();

    /// More memory is needed now.
    record UpscaleRequest(long id) implements MonitorMessage {}

    /// What was granted is in use.
    record UpscaleConfirmation(long id) implements MonitorMessage {}

    /// @param ok whether the VM may shrink
    /// @param status what was done, or why not, for people
    record DownscaleResult(long id, boolean ok, String status) implements MonitorMessage {}

    record HealthCheck(long id) implements MonitorMessage {}

    /// The agent's message `id` could not be read; 0 when it had no id that could be read.
    record InvalidMessage(long id, String error) implements MonitorMessage {}

    /// Handling the agent's message `id` failed.
    record InternalError(long id, String error) implements MonitorMessage {}
}
