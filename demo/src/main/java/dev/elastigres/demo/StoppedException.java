package dev.elastigres.demo;

/// Somebody wants the demo to end before its end.
final class StoppedException extends Exception {
    private static final long serialVersionUID = 1;
}
