package dev.elastigres.monitor;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;

/// A message of the monitor, as received.
record WireMessage(String text, Json.Obj fields) {

    static WireMessage parse(String text) {
        try {
            if (Json.parse(text) instanceof Json.Obj object) return new WireMessage(text, object);
            throw new AssertionError("not an object: " + text);
        } catch (JsonException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    String type() {
        return string("type");
    }

    /// Returns the id as written, since ids reach up to 2^64-1.
    String id() {
        if (field("id") instanceof Json.Num(String id)) return id;
        throw new AssertionError("no id: " + text);
    }

    boolean ok() {
        if (field("Ok") instanceof Json.Bool(boolean ok)) return ok;
        throw new AssertionError("no Ok: " + text);
    }

    String status() {
        return string("Status");
    }

    String error() {
        return string("error");
    }

    private String string(String name) {
        if (field(name) instanceof Json.Str(String value)) return value;
        throw new AssertionError("no " + name + ": " + text);
    }

    private Json field(String name) {
        return fields.get(name).orElseThrow(() -> new AssertionError("no " + name + " in " + text));
    }

    @Override
    public String toString() {
        return text;
    }
}
