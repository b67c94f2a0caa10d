package dev.elastigres.vm.state;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.process.ProcessIdentity;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.CpuSwitching;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// One run of a VM, from its start or its arrival from another QEMU.
/// @param incarnation counts QEMU processes; each has a folder of its own for its sockets
public record VmRun(
        int incarnation,
        ProcessIdentity qemu,
        Accelerator accelerator,
        CpuSwitching cpuSwitching,
        Instant startedAt) {

    public Json.Obj json() {
        var json =
                Json.object()
                        .with("incarnation", incarnation)
                        .with("pid", qemu.pid())
                        .with("process_start_ticks", qemu.startTicks())
                        .with("boot_id", qemu.bootId())
                        .with("accelerator", accelerator.title())
                        .with("started_at", startedAt.toString());
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
                            CpuSwitching.from(json),
                            Instant.parse(json.text("started_at").orElseThrow())));
        } catch (RuntimeException _) {
            return Optional.empty();
        }
    }
}
