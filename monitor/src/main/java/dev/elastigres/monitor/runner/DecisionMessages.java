package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.Action.AcceptDownscale;
import dev.elastigres.core.monitor.Action.ConfirmUpscale;
import dev.elastigres.core.monitor.Action.RefuseDownscale;
import dev.elastigres.core.monitor.Refusal;
import dev.elastigres.core.monitor.ResourceNeed;
import dev.elastigres.protocol.monitor.MonitorMessage.AppliedSize;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthCheck;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.NeedDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.RefusalDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleConfirmation;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;
import java.util.Optional;
import java.util.OptionalDouble;

/// Converts decisions to messages for the agent, with all details. The encoder leaves out what the
/// session's protocol version does not support.
final class DecisionMessages {
    private DecisionMessages() {}

    static UpscaleRequest request(long id, ResourceNeed need) {
        return new UpscaleRequest(
                id,
                new NeedDetails(
                        Optional.of(need.reason().code()),
                        Optional.of(need.memory()),
                        need.vcpus(),
                        need.timeLeft()));
    }

    /// Returns the answer to an upscale notification.
    ///
    /// @param vcpus the number of CPUs; empty if unknown
    static UpscaleConfirmation confirmation(ConfirmUpscale confirm, OptionalDouble vcpus) {
        return new UpscaleConfirmation(
                confirm.id(), new AppliedSize(Optional.of(confirm.applied()), vcpus));
    }

    static DownscaleResult agreement(AcceptDownscale agree) {
        return new DownscaleResult(agree.id(), true, agree.summary());
    }

    static DownscaleResult refusal(RefuseDownscale refuse) {
        Refusal refusal = refuse.refusal();
        return new DownscaleResult(
                refuse.id(),
                false,
                refusal.text(),
                new RefusalDetails(Optional.of(refusal.code()), refusal.minMemory()));
    }

    static HealthCheck health(long id, Readiness readiness) {
        return new HealthCheck(
                id,
                new HealthDetails(
                        Optional.of(readiness.isReady()),
                        Optional.of(readiness.database().name()),
                        readiness.problems()));
    }
}
