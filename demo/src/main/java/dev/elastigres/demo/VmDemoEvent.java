package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.io.IOException;
import java.time.Duration;

/// The events of the demo in a VM.
sealed interface VmDemoEvent extends DemoNotice {

    /// A longer task begins.
    record Preparing(String what) implements VmDemoEvent {}

    /// @param accelerator that QEMU uses
    record Booted(String accelerator, Duration took) implements VmDemoEvent {}

    /// The live page of the VM is served while the demo runs.
    record PageServed(String url) implements VmDemoEvent {}

    record StepBegan(String step) implements VmDemoEvent {}

    record StepEnded(VmDemoStep step) implements VmDemoEvent {}

    /// An entry of the agent's history of the VM.
    record Noted(String note) implements VmDemoEvent {}

    /// The agent wants another size for the VM.
    record Wanted(Resources size, String reason) implements VmDemoEvent {}

    record Resized(Resources from, Resources to) implements VmDemoEvent {}

    /// The monitor has read a new `effective_cache_size` from Postgres.
    record CacheChanged(Bytes to) implements VmDemoEvent {}

    record QueryEnded(Bytes sorted, Duration took) implements VmDemoEvent {}

    @Override
    default String line() {
        return switch (this) {
            case Preparing(String what) -> what;
            case Booted(String accelerator, Duration took) ->
                    "the VM has booted (%s) and its monitor is ready, after %s"
                            .formatted(accelerator, DemoTextFormatter.seconds(took));
            case PageServed(String url) -> "live page: " + url;
            case StepBegan(String step) -> "-- " + step;
            case StepEnded(VmDemoStep step) -> "   done: " + step.text();
            case Noted(String note) -> "agent: " + note;
            case Wanted(Resources size, String reason) ->
                    "agent: wants %s: %s".formatted(size.text(), reason);
            case Resized(Resources from, Resources to) ->
                    "VM: %s -> %s".formatted(from.text(), to.text());
            case CacheChanged(Bytes to) -> "Postgres: effective_cache_size is " + to;
            case QueryEnded(Bytes sorted, Duration took) ->
                    "the query survived: it sorted %s in %s"
                            .formatted(sorted, DemoTextFormatter.seconds(took));
        };
    }

    @Override
    default String event() {
        return switch (this) {
            case Preparing _ -> "preparing";
            case Booted _ -> "booted";
            case PageServed _ -> "page_served";
            case StepBegan _ -> "step_began";
            case StepEnded _ -> "step_ended";
            case Noted _ -> "agent_noted";
            case Wanted _ -> "size_wanted";
            case Resized _ -> "vm_resized";
            case CacheChanged _ -> "cache_changed";
            case QueryEnded _ -> "query_ended";
        };
    }

    @Override
    default void writeFields(JsonGenerator json) throws IOException {
        switch (this) {
            case Preparing(String what) -> json.writeStringField("what", what);
            case Booted(String accelerator, Duration took) -> {
                json.writeStringField("accelerator", accelerator);
                json.writeNumberField("took_ms", took.toMillis());
            }
            case PageServed(String url) -> json.writeStringField("url", url);
            case StepBegan(String step) -> json.writeStringField("step", step);
            case StepEnded(VmDemoStep step) -> step.writeFields(json);
            case Noted(String note) -> json.writeStringField("note", note);
            case Wanted(Resources size, String reason) -> {
                writeSize(json, "", size);
                json.writeStringField("reason", reason);
            }
            case Resized(Resources from, Resources to) -> {
                writeSize(json, "from_", from);
                writeSize(json, "to_", to);
            }
            case CacheChanged(Bytes to) ->
                    json.writeNumberField("effective_cache_size_bytes", to.value());
            case QueryEnded(Bytes sorted, Duration took) -> {
                json.writeNumberField("sorted_bytes", sorted.value());
                json.writeNumberField("took_ms", took.toMillis());
            }
        }
    }

    /// @param prefix of both field names
    static void writeSize(JsonGenerator json, String prefix, Resources size) throws IOException {
        json.writeNumberField(prefix + "vcpus", size.vcpus());
        json.writeNumberField(prefix + "memory_bytes", size.memory().value());
    }
}
