package dev.elastigres.daemon.http;

/// The peer broke a rule of RFC 6455, or sent more than is accepted: the session cannot go on.
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
