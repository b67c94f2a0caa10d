package dev.elastigres.agent;

import dev.elastigres.agent.worker.ResizeReport;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.MetricsWriter;

/// The counters of the agent. Thread-safe.
final class AgentMeters {
    private static final String UP = "up";
    private static final String DOWN = "down";
    private static final String MIXED = "mixed";

    private final Counters resizes =
            new Counters(
                            "elastigres_agent_resizes_total",
                            "Observed changes of size, by direction",
                            "direction")
                    .show(UP)
                    .show(DOWN)
                    .show(MIXED);
    private final ResizeMeters attempts = new ResizeMeters();
    private final Counters reloads =
            new Counters(
                            "elastigres_agent_settings_reloads_total",
                            "Reloads of the settings file, by result",
                            "outcome")
                    .show("applied")
                    .show("broken");

    void scaled(ScalingEvent scaled) {
        boolean up = scaled.to().covers(scaled.from());
        boolean down = scaled.from().covers(scaled.to());
        resizes.count(up ? UP : down ? DOWN : MIXED);
    }

    void resized(ResizeReport resize) {
        attempts.ended(resize);
    }

    void reloaded(boolean applied) {
        reloads.count(applied ? "applied" : "broken");
    }

    void write(MetricsWriter page) {
        resizes.write(page);
        attempts.write(page);
        reloads.write(page);
    }
}
