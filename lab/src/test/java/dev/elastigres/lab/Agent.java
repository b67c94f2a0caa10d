package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.agent.monitor.MonitorLink;
import dev.elastigres.core.monitor.Shortage;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.MonitorMessage;
import java.time.Duration;
import java.util.Optional;

/// The agent that the monitor talks with: one session, used by one thread. It decides nothing.
final class Agent implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final double CPUS = 2;

    private final MonitorLink link;

    private Agent(MonitorLink link) {
        this.link = link;
    }

    static Agent connect(HostPort monitor) throws LinkException, InterruptedException {
        return new Agent(MonitorLink.open(monitor));
    }

    /// Waits until the monitor asks for more memory. A guest that is emulated may be short of CPUs,
    /// too.
    void awaitUpscaleRequest() throws LinkException, InterruptedException {
        MonitorMessage next = receive();
        while (next instanceof MonitorMessage.UpscaleRequest(long _, var wanted)
                && wanted.reason().equals(Optional.of(Shortage.CPU.code()))) next = receive();
        assertThat(next).isInstanceOf(MonitorMessage.UpscaleRequest.class);
    }

    /// Tells the monitor that the VM has `memory` now, and waits until it has taken note.
    void announce(Bytes memory) throws LinkException, InterruptedException {
        var message =
                new AgentMessage.UpscaleNotification(link.nextId(), new Resources(CPUS, memory));
        assertThat(answer(message)).isInstanceOf(MonitorMessage.UpscaleConfirmation.class);
    }

    /// Asks whether the VM may shrink to `memory`.
    MonitorMessage.DownscaleResult mayShrinkTo(Bytes memory)
            throws LinkException, InterruptedException {
        var message = new AgentMessage.DownscaleRequest(link.nextId(), new Resources(CPUS, memory));
        MonitorMessage answer = answer(message);
        if (answer instanceof MonitorMessage.DownscaleResult result) return result;
        throw new AssertionError("no answer to a downscale: " + answer);
    }

    /// Asks until it may. A monitor whose guest gets no CPU may say that its last sample is too
    /// old.
    void awaitLeaveToShrinkTo(Bytes memory) throws Exception {
        Await.until(
                "leave to shrink to " + memory,
                () -> mayShrinkTo(memory),
                MonitorMessage.DownscaleResult::ok);
    }

    void checkHealth() throws LinkException, InterruptedException {
        assertThat(answer(new AgentMessage.HealthCheck(link.nextId())))
                .isInstanceOf(MonitorMessage.HealthCheck.class);
    }

    /// This session when it is still there, else a new one.
    Agent orAgain(LabVm vm) throws LinkException, InterruptedException {
        try {
            checkHealth();
            return this;
        } catch (LinkException _) {
            return vm.connectAgent();
        }
    }

    /// Requests for more that come before the answer are left unheard; more of them will come.
    private MonitorMessage answer(AgentMessage message) throws LinkException, InterruptedException {
        link.send(message);
        while (true) {
            MonitorMessage next = receive();
            if (next.id() == message.id()) return next;
            assertThat(next).isInstanceOf(MonitorMessage.UpscaleRequest.class);
        }
    }

    private MonitorMessage receive() throws LinkException, InterruptedException {
        MonitorLink.Received next = link.receive(PATIENCE);
        if (next == null)
            throw new LinkException("nothing came within " + PATIENCE.toSeconds() + " s");
        return next.message();
    }

    @Override
    public void close() {
        link.close();
    }
}
