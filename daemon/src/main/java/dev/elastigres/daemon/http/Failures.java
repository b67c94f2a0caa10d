package dev.elastigres.daemon.http;

/// Hears of what went wrong inside the server or the application: the way to the one place that
/// logs. What peers do wrong is answered to them and not reported.
@FunctionalInterface
public interface Failures {
    void report(String what, Throwable cause);
}
