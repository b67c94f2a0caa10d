package dev.elastigres.daemon.guard;

/// Receives events of the access checks, for logging. Called by any thread. No argument contains a
/// secret.
public interface GuardListener {

    /// Called when `what` was reloaded.
    ///
    /// @param what the reloaded files, such as `token`
    void renewed(String what);

    /// Called when `what` has changed or is missing and cannot be used: the previous value stays in
    /// force.
    ///
    /// @param what the files, such as `token`
    /// @param why the reason
    void kept(String what, CredentialException why);

    /// Called when a peer was rejected. Peers can cause this a thousand times a second.
    ///
    /// @param peer the peer's address
    /// @param why the reason
    void refused(String peer, String why);
}
