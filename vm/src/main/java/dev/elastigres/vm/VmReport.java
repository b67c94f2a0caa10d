package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.PublishedPort;
import dev.elastigres.vm.state.VmSpec;
import dev.elastigres.vm.state.VmState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The current state of one VM.
///
/// @param memory current and last requested memory; empty if QEMU does not answer
/// @param cpus number of online CPUs; empty if the guest does not answer
/// @param stall why a running guest is paused, and how to resume it; empty if it is not
/// @param at time of the report
public record VmReport(
        VmSpec spec,
        VmState state,
        Path folder,
        Optional<MemoryReport> memory,
        Optional<Integer> cpus,
        Optional<String> stall,
        Instant at) {

    public record MemoryReport(Bytes current, Bytes requested) {}

    /// Returns the report as JSON. Keys end in their unit; unknown values are null.
    public Json.Obj json() {
        var json =
                Json.object()
                        .with("name", spec.name())
                        .with("state", state.title())
                        .with("reason", reason().<Json>map(Json.Str::new).orElse(new Json.Null()))
                        .with("cpus_count", cpus.<Json>map(Json.Num::of).orElse(new Json.Null()))
                        .with(
                                "memory_bytes",
                                memory.<Json>map(it -> whole(it.current())).orElse(new Json.Null()))
                        .with(
                                "memory_requested_bytes",
                                memory.<Json>map(it -> whole(it.requested()))
                                        .orElse(new Json.Null()));
        json =
                json.with("uptime_seconds", new Json.Null())
                        .with("pid", new Json.Null())
                        .with("accelerator_used", new Json.Null());
        if (state instanceof VmState.Running(var run)) {
            json =
                    json.with("accelerator_used", run.accelerator().title())
                            .with(
                                    "uptime_seconds",
                                    Duration.between(run.startedAt(), at).toSeconds())
                            .with("pid", run.qemu().pid());
        }
        for (var field : spec.json().members().entrySet()) {
            Json value = field.getKey().equals("published") ? published() : field.getValue();
            if (json.get(field.getKey()).isEmpty()) json = json.with(field.getKey(), value);
        }
        return json.with("memory_block_bytes", whole(MemoryRange.BLOCK))
                .with("folder", folder.toString());
    }

    /// Returns the ports that are open on this host; for a VM that does not run, the ports that its
    /// start will open.
    public List<PublishedPort> publications() {
        return state instanceof VmState.Running(var run)
                ? run.publications(spec)
                : spec.network().publications();
    }

    private Json published() {
        return new Json.Arr(publications().stream().<Json>map(PublishedPort::json).toList());
    }

    public Optional<String> reason() {
        return state instanceof VmState.Dead(String why) ? Optional.of(why) : stall;
    }

    private static Json whole(Bytes bytes) {
        return Json.Num.of(bytes.value());
    }

    /// Returns the reports as an array of objects.
    public static Json json(List<VmReport> reports) {
        return new Json.Arr(List.<Json>copyOf(reports.stream().map(VmReport::json).toList()));
    }
}
