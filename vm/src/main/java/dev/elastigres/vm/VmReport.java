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

/// All that can be told of one VM now.
/// @param memory what it has and what was last asked for; empty when QEMU does not say
/// @param cpus that are on; empty when the guest does not say
/// @param stall why a running one stands still, with what to do about it; empty when it does not
public record VmReport(
        VmSpec spec,
        VmState state,
        Path folder,
        Optional<MemoryReport> memory,
        Optional<Integer> cpus,
        Optional<String> stall,
        Instant at) {

    public record MemoryReport(Bytes current, Bytes requested) {}

    /// Keys end in their unit; what is not known is null.
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

    /// The ports that are open on this host; those of a VM that does not run are closed until it
    /// does.
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

    /// One object, or for a list an array of them.
    public static Json json(List<VmReport> reports) {
        return new Json.Arr(List.<Json>copyOf(reports.stream().map(VmReport::json).toList()));
    }
}
