package dev.elastigres.daemon.http;

/// Receives failures of the server and of the application behind it. Mistakes of peers are answered
/// to them and not reported here.
@FunctionalInterface
public interface FailureListener {

    /// Reports a failure.
    ///
    /// @param what the kind of failure; a constant, so that repeated ones can be counted
    /// @param where the peer, the path or the part that failed
    /// @param cause the exception
    void report(String what, String where, Throwable cause);
}
