package dev.elastigres.agent;

import dev.elastigres.agent.worker.ResizeReport;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ResourceOutcome;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.Histogram;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Counts resizes by resource, direction and outcome, and measures the duration of the successful
/// ones. The number of series is fixed. Thread-safe.
final class ResizeMeters {
    private static final String RESOURCE = "resource";
    private static final String DIRECTION = "direction";

    /// From a cgroup, which is resized in milliseconds, to a guest that releases memory in minutes.
    private static final double[] BOUNDS = {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};

    private enum ResizedResource {
        CPU,
        MEMORY
    }

    private enum ResizeDirection {
        UP,
        DOWN
    }

    private enum ResizeEnd {
        /// The VM has the requested amount.
        DONE,
        /// The VM has a part of the change, or may still get it.
        PARTIAL,
        /// The VM uses what it should give back.
        REFUSED,
        FAILED
    }

    private final Counters attempts =
            new Counters(
                    "elastigres_agent_resize_attempts_total",
                    "Attempts to resize a VM, by resource, direction and outcome",
                    RESOURCE,
                    DIRECTION,
                    "outcome");
    private final Map<ResizedResource, Map<ResizeDirection, Histogram>> durations =
            new EnumMap<>(ResizedResource.class);

    ResizeMeters() {
        for (ResizedResource resource : ResizedResource.values()) {
            var byDirection = new EnumMap<ResizeDirection, Histogram>(ResizeDirection.class);
            for (ResizeDirection direction : ResizeDirection.values()) {
                byDirection.put(
                        direction,
                        new Histogram(
                                BOUNDS, RESOURCE, label(resource), DIRECTION, label(direction)));
                for (ResizeEnd end : ResizeEnd.values())
                    attempts.show(label(resource), label(direction), label(end));
            }
            durations.put(resource, byDirection);
        }
    }

    /// Counts each resource that the resize was to change.
    void ended(ResizeReport resize) {
        Resources from = resize.from();
        Resources to = resize.to();
        count(ResizedResource.CPU, Double.compare(to.vcpus(), from.vcpus()), resize);
        count(ResizedResource.MEMORY, to.memory().compareTo(from.memory()), resize);
    }

    private void count(ResizedResource resource, int change, ResizeReport resize) {
        if (change == 0) return;
        ResizeDirection direction = change > 0 ? ResizeDirection.UP : ResizeDirection.DOWN;
        ResizeEnd end = end(resource, resize);
        attempts.count(label(resource), label(direction), label(end));
        if (end != ResizeEnd.DONE) return;
        Map<ResizeDirection, Histogram> byDirection = durations.getOrDefault(resource, Map.of());
        Histogram duration = byDirection.get(direction);
        if (duration != null) duration.observe(resize.took());
    }

    private static ResizeEnd end(ResizedResource resource, ResizeReport resize) {
        return switch (resize.outcome()) {
            case ResizeOutcome.Done _ -> ResizeEnd.DONE;
            case ResizeOutcome.Partial(Resources size, _) ->
                    has(resource, size, resize.to()) ? ResizeEnd.DONE : ResizeEnd.PARTIAL;
            case ResizeOutcome.Refused(Resources size, _) ->
                    has(resource, size, resize.to()) ? ResizeEnd.DONE : ResizeEnd.REFUSED;
            case ResizeOutcome.Failed _ -> ResizeEnd.FAILED;
            case ResizeOutcome.PerResource(_, ResourceOutcome cpus, ResourceOutcome memory) ->
                    end(resource == ResizedResource.CPU ? cpus : memory);
        };
    }

    private static ResizeEnd end(ResourceOutcome outcome) {
        return switch (outcome) {
            case ResourceOutcome.Done() -> ResizeEnd.DONE;
            case ResourceOutcome.Pending _, ResourceOutcome.HeldByPageCache _ -> ResizeEnd.PARTIAL;
            case ResourceOutcome.InUse _ -> ResizeEnd.REFUSED;
            case ResourceOutcome.Failed _ -> ResizeEnd.FAILED;
        };
    }

    private static boolean has(ResizedResource resource, Resources size, Resources requested) {
        return switch (resource) {
            case CPU -> size.vcpus() == requested.vcpus();
            case MEMORY -> size.memory().equals(requested.memory());
        };
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    void write(MetricsWriter page) {
        attempts.write(page);
        page.histogram(
                "elastigres_agent_resize_seconds",
                "Duration of successful resizes, by resource and direction");
        for (Map<ResizeDirection, Histogram> each : durations.values())
            List.copyOf(each.values()).forEach(it -> it.write(page));
    }
}
