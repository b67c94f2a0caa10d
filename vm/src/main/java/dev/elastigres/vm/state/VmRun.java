package dev.elastigres.vm.state;

import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.CpuScalingMode;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One run of a VM, and the QEMU process that executes it now.
///
/// @param incarnation number of the QEMU process; each process has its own folder for its sockets
/// @param qemu the process
/// @param accelerator the accelerator that it uses
/// @param cpuSwitching how the number of CPUs changes
/// @param startedAt when the guest started
/// @param agentPorts ports that this start has opened for agents, in addition to the published ones
public record VmRun(
        int incarnation,
        ProcessIdentity qemu,
        Accelerator accelerator,
        CpuScalingMode cpuSwitching,
        Instant startedAt,
        List<PublishedPort> agentPorts) {
    public VmRun {
        agentPorts = List.copyOf(agentPorts);
    }

    /// Creates a run without ports for agents.
    public VmRun(
            int incarnation,
            ProcessIdentity qemu,
            Accelerator accelerator,
            CpuScalingMode cpuSwitching,
            Instant startedAt) {
        this(incarnation, qemu, accelerator, cpuSwitching, startedAt, List.of());
    }

    /// Returns this run with these ports open for agents.
    public VmRun with(List<PublishedPort> ports) {
        return new VmRun(incarnation, qemu, accelerator, cpuSwitching, startedAt, ports);
    }

    /// Returns this run in another QEMU process.
    public VmRun in(int number, ProcessIdentity other) {
        return new VmRun(number, other, accelerator, cpuSwitching, startedAt, agentPorts);
    }

    /// Returns all ports of the guest that are open on this host.
    public List<PublishedPort> publications(VmSpec spec) {
        return Stream.of(spec.network().publications(), agentPorts).flatMap(List::stream).toList();
    }

    public Json.Obj json() {
        var json =
                Json.object()
                        .with("incarnation", incarnation)
                        .with("pid", qemu.pid())
                        .with("process_start_ticks", qemu.startTicks())
                        .with("boot_id", qemu.bootId())
                        .with("accelerator", accelerator.title())
                        .with("started_at", startedAt.toString())
                        .with(
                                "agent_ports",
                                new Json.Arr(
                                        agentPorts.stream()
                                                .<Json>map(PublishedPort::json)
                                                .toList()));
        return cpuSwitching.describedIn(json);
    }

    public static Optional<VmRun> from(Json.Obj json) {
        try {
            return Optional.of(
                    new VmRun(
                            Math.toIntExact(json.whole("incarnation").orElseThrow()),
                            new ProcessIdentity(
                                    json.whole("pid").orElseThrow(),
                                    json.whole("process_start_ticks").orElseThrow(),
                                    json.text("boot_id").orElseThrow()),
                            Arrays.stream(Accelerator.values())
                                    .filter(
                                            it ->
                                                    json.text("accelerator")
                                                            .filter(it.title()::equals)
                                                            .isPresent())
                                    .findFirst()
                                    .orElseThrow(),
                            CpuScalingMode.from(json),
                            Instant.parse(json.text("started_at").orElseThrow()),
                            json.list("agent_ports").stream()
                                    .flatMap(each -> PublishedPort.from(each).stream())
                                    .toList()));
        } catch (RuntimeException _) {
            return Optional.empty();
        }
    }
}
