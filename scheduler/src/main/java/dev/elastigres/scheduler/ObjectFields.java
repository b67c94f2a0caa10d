package dev.elastigres.scheduler;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import dev.elastigres.protocol.scheduler.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/// Reads fields of a Kubernetes object. A missing field is empty; one of another type is an error.
///
/// @param value the object
record ObjectFields(Json value) {

    /// A field that cannot be read. The message names it.
    static final class ObjectFieldException extends Exception {
        private static final long serialVersionUID = 1;

        ObjectFieldException(String message) {
            super(message);
        }
    }

    static ObjectFields parse(String text, String what) throws ObjectFieldException {
        try {
            return new ObjectFields(Json.parse(text));
        } catch (JsonException e) {
            throw new ObjectFieldException(what + " is not JSON: " + e.getMessage());
        }
    }

    /// Returns the field at `path`; a JSON null if it is missing.
    ObjectFields at(String... path) {
        Json found = value;
        for (String name : path)
            found =
                    found instanceof Json.Obj object
                            ? object.get(name).orElseGet(Json.Null::new)
                            : new Json.Null();
        return new ObjectFields(found);
    }

    boolean isPresent() {
        return !(value instanceof Json.Null);
    }

    Optional<String> text() {
        return value instanceof Json.Str(String text) && !text.isEmpty()
                ? Optional.of(text)
                : Optional.empty();
    }

    boolean isTrue() {
        return value instanceof Json.Bool(boolean is) && is;
    }

    List<ObjectFields> items() {
        return value instanceof Json.Arr(List<Json> items)
                ? items.stream().map(ObjectFields::new).toList()
                : List.of();
    }

    /// Returns the resources at two members, zero where one is missing.
    Resources resources(String cpu, String memory) throws ObjectFieldException {
        double cpus =
                Quantity.vcpus(at(cpu).quantity(cpu))
                        .orElseThrow(() -> new ObjectFieldException(cpu + " is out of range"));
        return new Resources(cpus, at(memory).bytes(memory));
    }

    Bytes bytes(String name) throws ObjectFieldException {
        return Quantity.bytes(quantity(name));
    }

    BigDecimal quantity(String name) throws ObjectFieldException {
        String text =
                switch (value) {
                    case Json.Null _ -> "0";
                    case Json.Num(String digits) -> digits;
                    case Json.Str(String written) -> written;
                    case Json.Obj _, Json.Arr _, Json.Bool _ -> "";
                };
        return Quantity.parse(text)
                .orElseThrow(() -> new ObjectFieldException(name + " is not a quantity from 0 on"));
    }
}
