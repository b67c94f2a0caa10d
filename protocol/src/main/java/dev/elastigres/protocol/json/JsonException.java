package dev.elastigres.protocol.json;

/// A text that is no JSON document, or one beyond the limits. The message says why.
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1;

    public JsonException(String message) {
        super(message);
    }
}
