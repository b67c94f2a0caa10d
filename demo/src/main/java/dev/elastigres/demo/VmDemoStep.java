package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Resources;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// A finished step of the demo in a VM.
///
/// @param from the VM's size at the start
/// @param to the VM's size at the end
/// @param change times of the first and of the last resize, since the step's start
record VmDemoStep(
        String name, Duration took, Resources from, Resources to, Optional<ResizeStep> change) {

    record ResizeStep(Duration first, Duration last) {}

    /// Returns one clause without the step's name.
    String text() {
        String time = DemoTextFormatter.seconds(took);
        if (change.isEmpty()) return time + ", " + to.text();
        return "%s; %s -> %s, from %s on, all after %s"
                .formatted(
                        time,
                        from.text(),
                        to.text(),
                        DemoTextFormatter.seconds(change.get().first()),
                        DemoTextFormatter.seconds(change.get().last()));
    }

    void writeFields(JsonGenerator json) throws IOException {
        json.writeStringField("step", name);
        json.writeNumberField("took_ms", took.toMillis());
        VmDemoEvent.writeSize(json, "from_", from);
        VmDemoEvent.writeSize(json, "to_", to);
        if (change.isPresent()) {
            json.writeNumberField("first_change_ms", change.get().first().toMillis());
            json.writeNumberField("last_change_ms", change.get().last().toMillis());
        }
    }
}
