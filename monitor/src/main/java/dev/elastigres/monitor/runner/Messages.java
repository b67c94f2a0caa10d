package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.Action.Agree;
import dev.elastigres.core.monitor.Action.Confirm;
import dev.elastigres.core.monitor.Action.Refuse;
import dev.elastigres.core.monitor.Need;
import dev.elastigres.core.monitor.Refusal;
import dev.elastigres.protocol.monitor.MonitorMessage.Applied;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import dev.elastigres.protocol.monitor.MonitorMessage.Health;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthCheck;
import dev.elastigres.protocol.monitor.MonitorMessage.Refused;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleConfirmation;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;
import dev.elastigres.protocol.monitor.MonitorMessage.Wanted;
import java.util.Optional;
import java.util.OptionalDouble;

/// What an agent is told of a decision, with all that there is to say: what the version of its
/// session cannot carry is left out on the way.
final class Messages {
    private Messages() {}

    static UpscaleRequest request(long id, Need need) {
        return new UpscaleRequest(
                id,
                new Wanted(
                        Optional.of(need.reason().code()),
                        Optional.of(need.memory()),
                        need.vcpus(),
                        need.timeLeft()));
    }

    /// @param vcpus that are there, where that is known
    static UpscaleConfirmation confirmation(Confirm confirm, OptionalDouble vcpus) {
        return new UpscaleConfirmation(
                confirm.id(), new Applied(Optional.of(confirm.applied()), vcpus));
    }

    static DownscaleResult agreement(Agree agree) {
        return new DownscaleResult(agree.id(), true, agree.summary());
    }

    static DownscaleResult refusal(Refuse refuse) {
        Refusal refusal = refuse.refusal();
        return new DownscaleResult(
                refuse.id(),
                false,
                refusal.text(),
                new Refused(Optional.of(refusal.code()), refusal.leastMemory()));
    }

    static HealthCheck health(long id, Readiness readiness) {
        return new HealthCheck(
                id,
                new Health(
                        Optional.of(readiness.isReady()),
                        Optional.of(readiness.database().name()),
                        readiness.troubles()));
    }
}
