package dev.elastigres.protocol.scheduler;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.math.BigDecimal;
import java.util.Optional;

/// Reads the members of an object in a message. Every error names the member.
///
/// @param path prefix of the members' names in errors
record JsonMembers(Json.Obj object, String path) {
    /// Kubernetes names are not longer.
    private static final int MAX_NAME_LENGTH = 253;

    static JsonMembers parse(String text) throws SchedulerFormatException {
        if (text.length() > SchedulerCodec.MAX_CHARACTERS)
            throw new SchedulerFormatException("longer than " + SchedulerCodec.MAX_CHARACTERS);
        try {
            if (Json.parse(text) instanceof Json.Obj object) return new JsonMembers(object, "");
            throw new SchedulerFormatException("not a JSON object");
        } catch (JsonException e) {
            throw new SchedulerFormatException("not JSON: " + e.getMessage());
        }
    }

    JsonMembers inner(String name) throws SchedulerFormatException {
        if (!(get(name) instanceof Json.Obj inner)) throw unfit(name, "is not an object");
        return new JsonMembers(inner, path + name + ".");
    }

    /// Returns the member as an object; empty if it is missing or `null`.
    Optional<JsonMembers> optional(String name) throws SchedulerFormatException {
        boolean absent = object.get(name).map(it -> it instanceof Json.Null).orElse(true);
        return absent ? Optional.empty() : Optional.of(inner(name));
    }

    long whole(String name) throws SchedulerFormatException {
        get(name);
        return object.whole(name).orElseThrow(() -> unfit(name, "is not a whole number"));
    }

    String name(String name) throws SchedulerFormatException {
        if (!(get(name) instanceof Json.Str(String value))) throw unfit(name, "is not a string");
        if (value.isEmpty() || value.length() > MAX_NAME_LENGTH) throw unfit(name, "is not a name");
        return value;
    }

    /// Returns the member as a finite number, at least 0.
    double number(String name) throws SchedulerFormatException {
        if (!(get(name) instanceof Json.Num(String text))) throw unfit(name, "is not a number");
        // Normalizes negative zero.
        double value = Double.parseDouble(text) + 0.0;
        if (!(value >= 0 && value <= Double.MAX_VALUE)) throw unfit(name, "is out of range");
        return value;
    }

    /// Returns the member as a flag; false if it is missing or not `true`.
    boolean flag(String name) {
        return object.get(name)
                .filter(it -> it instanceof Json.Bool(boolean value) && value)
                .isPresent();
    }

    /// Returns the resources of an object such as `{"vCPUs":"500m","mem":"2Gi"}`.
    Resources resources() throws SchedulerFormatException {
        double vcpus =
                Quantity.vcpus(quantity("vCPUs"))
                        .orElseThrow(() -> unfit("vCPUs", "is out of range"));
        Bytes memory = Quantity.bytes(quantity("mem"));
        return new Resources(vcpus, memory);
    }

    private BigDecimal quantity(String name) throws SchedulerFormatException {
        String text =
                switch (get(name)) {
                    case Json.Num(String digits) -> digits;
                    case Json.Str(String value) -> value;
                    case Json.Obj _, Json.Arr _, Json.Bool _, Json.Null _ -> "";
                };
        return Quantity.parse(text).orElseThrow(() -> unfit(name, "is not a quantity from 0 on"));
    }

    private Json get(String name) throws SchedulerFormatException {
        return object.get(name).orElseThrow(() -> unfit(name, "is missing"));
    }

    SchedulerFormatException unfit(String name, String why) {
        return new SchedulerFormatException("`" + path + name + "` " + why);
    }
}
