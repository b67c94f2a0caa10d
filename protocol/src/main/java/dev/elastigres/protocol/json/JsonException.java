package dev.elastigres.protocol.json;

/// Thrown for a text that is not a JSON document or exceeds a limit. The message states why.
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1;

    public JsonException(String message) {
        super(message);
    }
}
