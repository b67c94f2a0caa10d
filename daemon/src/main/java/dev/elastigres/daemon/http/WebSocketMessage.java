package dev.elastigres.daemon.http;

/// What a WebSocket's peer sent, whole.
public sealed interface WebSocketMessage {

    record Text(String text) implements WebSocketMessage {}

    /// A binary message. Its bytes are not kept: nobody here speaks binary.
    record Binary(int size) implements WebSocketMessage {}

    /// The end. `code` and `reason` are those of the side that began to close: the peer's, the
    /// application's, or this server's with the rule that the peer broke.
    ///
    /// @param code [#NO_CODE] when the peer gave none, [#CUT] when the connection ended without a
    ///     close frame, or had to be ended without one
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
