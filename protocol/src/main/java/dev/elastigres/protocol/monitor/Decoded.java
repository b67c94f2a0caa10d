package dev.elastigres.protocol.monitor;

/// Result of decoding a peer's text. An invalid message is a value, because it must be answered.
public sealed interface Decoded<M> {

    record Message<M>(M message) implements Decoded<M> {}

    /// @param id id of the message for the answer; 0 if it was invalid
    /// @param why the error as one clause, for the answer
    record Unreadable<M>(long id, String why) implements Decoded<M> {}
}
