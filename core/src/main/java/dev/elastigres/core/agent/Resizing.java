package dev.elastigres.core.agent;

/// What the VM's driver is doing.
public sealed interface Resizing {

    record Idle() implements Resizing {}

    record Running(Request request) implements Resizing {}
}
