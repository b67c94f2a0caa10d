package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.Event;

/// A listener that ignores all events.
public enum NoOpListener implements FleetListener {
    QUIET;

    @Override
    public void scaled(ScalingEvent scaled) {}

    @Override
    public void happened(String vm, Event event) {}
}
