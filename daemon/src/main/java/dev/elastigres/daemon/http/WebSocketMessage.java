package dev.elastigres.daemon.http;

/// A complete message of a WebSocket's peer.
public sealed interface WebSocketMessage {

    record Text(String text) implements WebSocketMessage {}

    /// A binary message. Its bytes are dropped, because no protocol here uses binary messages.
    ///
    /// @param size length in bytes
    record Binary(int size) implements WebSocketMessage {}

    /// The end of the connection. Code and reason are those of the side that began to close: the
    /// peer's, the application's, or this server's with the violated rule.
    ///
    /// @param code close code; [#NO_CODE] if the peer gave none, [#CUT] if the connection ended, or
    ///     had to be ended, without a close frame
    /// @param reason the reason; may be empty
    record Closed(int code, String reason) implements WebSocketMessage {
        public static final int NORMAL = 1000;
        public static final int GOING_AWAY = 1001;
        public static final int PROTOCOL_ERROR = 1002;
        public static final int NO_CODE = 1005;
        public static final int CUT = 1006;
        public static final int NOT_UTF8 = 1007;
        public static final int POLICY = 1008;
        public static final int TOO_BIG = 1009;
        public static final int INTERNAL_ERROR = 1011;
        public static final int TRY_LATER = 1013;
    }
}
