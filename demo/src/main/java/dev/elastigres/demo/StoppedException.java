package dev.elastigres.demo;

/// The demo was stopped before its end.
final class StoppedException extends Exception {
    private static final long serialVersionUID = 1;
}
