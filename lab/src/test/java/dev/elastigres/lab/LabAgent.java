package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.core.monitor.Shortage;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.MonitorMessage;
import java.time.Duration;
import java.util.Optional;

/// The monitor's agent in tests: one session that makes no decisions. Not thread-safe.
final class LabAgent implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final double CPUS = 2;

    private final MonitorConnection link;

    private LabAgent(MonitorConnection link) {
        this.link = link;
    }

    static LabAgent connect(HostPort monitor)
            throws MonitorConnectionException, InterruptedException {
        return new LabAgent(MonitorConnection.open(monitor));
    }

    /// Waits until the monitor requests memory. An emulated guest may also request CPUs, which is
    /// ignored.
    void awaitUpscaleRequest() throws MonitorConnectionException, InterruptedException {
        MonitorMessage next = receive();
        while (next instanceof MonitorMessage.UpscaleRequest(long _, var wanted)
                && wanted.reason().equals(Optional.of(Shortage.CPU.code()))) next = receive();
        assertThat(next).isInstanceOf(MonitorMessage.UpscaleRequest.class);
    }

    /// Notifies the monitor that the VM has `memory` now, and waits for the confirmation.
    void announce(Bytes memory) throws MonitorConnectionException, InterruptedException {
        var message =
                new AgentMessage.UpscaleNotification(link.nextId(), new Resources(CPUS, memory));
        assertThat(answer(message)).isInstanceOf(MonitorMessage.UpscaleConfirmation.class);
    }

    /// Asks the monitor whether the VM may shrink to `memory`.
    MonitorMessage.DownscaleResult mayShrinkTo(Bytes memory)
            throws MonitorConnectionException, InterruptedException {
        var message = new AgentMessage.DownscaleRequest(link.nextId(), new Resources(CPUS, memory));
        MonitorMessage answer = answer(message);
        if (answer instanceof MonitorMessage.DownscaleResult result) return result;
        throw new AssertionError("no answer to a downscale: " + answer);
    }

    /// Asks until the monitor agrees. A monitor whose guest gets no CPU may refuse because its
    /// last sample is too old.
    void awaitAgreementToShrinkTo(Bytes memory) throws Exception {
        LabAwait.until(
                "leave to shrink to " + memory,
                () -> mayShrinkTo(memory),
                MonitorMessage.DownscaleResult::ok);
    }

    void checkHealth() throws MonitorConnectionException, InterruptedException {
        assertThat(answer(new AgentMessage.HealthCheck(link.nextId())))
                .isInstanceOf(MonitorMessage.HealthCheck.class);
    }

    /// Returns this session if it still works, else a new one.
    LabAgent orAgain(LabVm vm) throws MonitorConnectionException, InterruptedException {
        try {
            checkHealth();
            return this;
        } catch (MonitorConnectionException _) {
            return vm.connectAgent();
        }
    }

    /// Sends a message and returns its answer. Upscale requests that come before it are ignored;
    /// more of them will come.
    private MonitorMessage answer(AgentMessage message)
            throws MonitorConnectionException, InterruptedException {
        link.send(message);
        while (true) {
            MonitorMessage next = receive();
            if (next.id() == message.id()) return next;
            assertThat(next).isInstanceOf(MonitorMessage.UpscaleRequest.class);
        }
    }

    private MonitorMessage receive() throws MonitorConnectionException, InterruptedException {
        MonitorConnection.ReceivedMessage next = link.receive(TIMEOUT);
        if (next == null)
            throw new MonitorConnectionException(
                    "nothing came within " + TIMEOUT.toSeconds() + " s");
        return next.message();
    }

    @Override
    public void close() {
        link.close();
    }
}
