package dev.elastigres.daemon.guard;

/// Hears of what guards do: the way to the log. For any thread. Nothing secret is told.
public interface GuardListener {

    /// `what` has changed and is in force from now on.
    void renewed(String what);

    /// `what` has changed, or is gone, and cannot be used: the old stays in force.
    void kept(String what, CredentialException why);

    /// A peer was turned away. Peers can be turned away a thousand times a second.
    void refused(String peer, String why);
}
