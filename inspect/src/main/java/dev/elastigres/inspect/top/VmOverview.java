package dev.elastigres.inspect.top;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.page.Attention;
import dev.elastigres.protocol.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One VM in the agent's status.
///
/// @param state code of the state
/// @param attention how much the VM needs attention; [Attention#BLOCKED] if the code is unknown, as
///     of a newer agent
/// @param why reason of the size, as one sentence
/// @param size current size; empty if unknown
/// @param wanted wanted size; empty if unknown
/// @param max maximum size; empty if unknown
/// @param problems failed dependencies with reasons, one clause each
record VmOverview(
        String name,
        String state,
        Attention attention,
        String why,
        Optional<Resources> size,
        Optional<Resources> wanted,
        Optional<Resources> max,
        List<String> problems) {

    /// Reads an entry of `vms` in `/status`.
    static VmOverview parse(Json.Obj vm) {
        return new VmOverview(
                text(vm, "name"),
                text(vm, "state"),
                attention(text(vm, "attention")),
                text(vm, "why"),
                size(vm, "size"),
                size(vm, "wanted"),
                size(vm, "max"),
                vm.object("problems").stream()
                        .flatMap(it -> it.members().keySet().stream())
                        .map(
                                it ->
                                        "%s: %s"
                                                .formatted(
                                                        it.replace('_', ' '),
                                                        text(
                                                                vm.object("problems").orElseThrow(),
                                                                it)))
                        .toList());
    }

    private static Attention attention(String code) {
        return Arrays.stream(Attention.values())
                .filter(it -> it.code().equals(code))
                .findFirst()
                .orElse(Attention.BLOCKED);
    }

    /// Returns a member of the status. Control characters, which would change the terminal, are
    /// replaced.
    static String text(Json.Obj object, String name) {
        return clean(object.text(name).orElse(""));
    }

    static String clean(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    static Optional<Resources> size(Json.Obj object, String name) {
        Optional<Json.Obj> size = object.object(name);
        if (size.isEmpty()
                || !(size.get().get("cpus").orElse(null) instanceof Json.Num(String cpus)))
            return Optional.empty();
        return Optional.of(
                new Resources(
                        Double.parseDouble(cpus),
                        new Bytes(size.get().whole("memory_bytes").orElse(0))));
    }
}
