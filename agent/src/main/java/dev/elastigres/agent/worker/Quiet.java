package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.Event;

/// Nobody looks on.
public enum Quiet implements Onlooker {
    QUIET;

    @Override
    public void scaled(Scaled scaled) {}

    @Override
    public void happened(String vm, Event event) {}
}
