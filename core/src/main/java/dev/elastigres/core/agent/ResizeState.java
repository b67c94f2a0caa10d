package dev.elastigres.core.agent;

/// State of the VM's driver: idle, or running a resize.
public sealed interface ResizeState {

    record Idle() implements ResizeState {}

    record Running(OpenRequest request) implements ResizeState {}
}
