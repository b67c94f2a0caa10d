package dev.elastigres.core.agent;

/// What the VM's driver is doing.
public sealed interface ResizeState {

    record Idle() implements ResizeState {}

    record Running(OpenRequest request) implements ResizeState {}
}
