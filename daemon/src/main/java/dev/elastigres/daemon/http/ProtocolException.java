package dev.elastigres.daemon.http;

/// The peer violated RFC 6455 or a size limit, and the session must end.
final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;

    ProtocolException(int code, String rule) {
        super(rule, null, false, false);
        this.code = code;
    }

    WebSocketMessage.Closed closed() {
        return new WebSocketMessage.Closed(code, String.valueOf(getMessage()));
    }
}
