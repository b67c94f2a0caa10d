package dev.elastigres.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.ParseResult;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// An action that an operator requests for one VM.
sealed interface OperatorAction {
    /// Maximum time of a pause: a VM that is forgotten is scaled again the next day.
    Duration MAX_PAUSE = Duration.ofDays(1);

    /// Maximum time of a pin that ends by itself.
    Duration MAX_PIN = Duration.ofDays(30);

    Duration MIN = Duration.ofSeconds(1);
    double MAX_CPUS = 100_000;

    /// The name of the VM.
    String vm();

    /// Keep the VM's size for some time.
    record Pause(String vm, Duration time) implements OperatorAction {}

    /// Give the VM a size and keep it.
    ///
    /// @param time how long; empty until it is released
    record Pin(String vm, Resources size, Optional<Duration> time) implements OperatorAction {}

    /// Scale the VM again.
    record Resume(String vm) implements OperatorAction {}

    /// Compute the decision with other settings, and change nothing.
    ///
    /// @param settings values by the name of their setting
    record Preview(String vm, Map<String, String> settings) implements OperatorAction {
        public Preview {
            settings = Map.copyOf(settings);
        }
    }

    /// Returns the action that `body` describes.
    ///
    /// @throws JsonException with one readable clause if there is none
    static OperatorAction parse(String body) throws JsonException {
        if (!(Json.parse(body) instanceof Json.Obj request))
            throw new JsonException("the request must be a JSON object");
        String vm = request.text("vm").orElseThrow(() -> new JsonException("give the name \"vm\""));
        String kind =
                request.text("action")
                        .orElseThrow(() -> new JsonException("give the \"action\": " + KINDS));
        return switch (kind) {
            case "pause" ->
                    new Pause(
                            vm,
                            time(request, MAX_PAUSE)
                                    .orElseThrow(
                                            () -> new JsonException("give \"for\", such as 1h")));
            case "pin" -> new Pin(vm, size(request), time(request, MAX_PIN));
            case "resume" -> new Resume(vm);
            case "preview" -> new Preview(vm, settings(request));
            default -> throw new JsonException("there is no action \"" + kind + "\": " + KINDS);
        };
    }

    String KINDS = "give pause, pin, resume or preview";

    private static Optional<Duration> time(Json.Obj request, Duration max) throws JsonException {
        Optional<String> text = request.text("for");
        if (text.isEmpty()) return Optional.empty();
        return Optional.of(parsed("for", SettingType.duration(MIN, max), text.get()));
    }

    private static Resources size(Json.Obj request) throws JsonException {
        String cpus =
                request.text("cpus")
                        .orElseThrow(() -> new JsonException("give \"cpus\", such as \"2\""));
        String memory =
                request.text("memory")
                        .orElseThrow(() -> new JsonException("give \"memory\", such as \"4GiB\""));
        Bytes bytes = parsed("memory", SettingType.bytes(new Bytes(1), Bytes.MAX), memory);
        return new Resources(parsed("cpus", SettingType.decimal(0, MAX_CPUS), cpus), bytes);
    }

    private static Map<String, String> settings(Json.Obj request) throws JsonException {
        Json.Obj given =
                request.object("settings")
                        .filter(it -> !it.members().isEmpty())
                        .orElseThrow(() -> new JsonException("give \"settings\" to try"));
        var settings = new LinkedHashMap<String, String>();
        for (String name : given.members().keySet())
            settings.put(
                    name,
                    given.text(name)
                            .orElseThrow(
                                    () -> new JsonException("the value of a setting is a text")));
        return settings;
    }

    private static <T> T parsed(String name, SettingType<T> type, String text)
            throws JsonException {
        return switch (type.parser().apply(text)) {
            case ParseResult.Valid<T>(T value) -> value;
            case ParseResult.Invalid<T>(String why) -> throw new JsonException(name + " " + why);
        };
    }
}
