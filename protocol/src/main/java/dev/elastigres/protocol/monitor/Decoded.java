package dev.elastigres.protocol.monitor;

/// What came out of a peer's text: a bad message is a value, for it must be answered.
public sealed interface Decoded<M> {

    record Message<M>(M message) implements Decoded<M> {}

    /// @param id of the message, to answer by; 0 when none could be read
    /// @param why one clause, for the answer
    record Unreadable<M>(long id, String why) implements Decoded<M> {}
}
