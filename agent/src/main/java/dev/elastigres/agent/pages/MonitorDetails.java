package dev.elastigres.agent.pages;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.page.MachineView.NamedFact;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a monitor reports of its Postgres on its page `/status`, as facts for people. Parts that
/// the page does not have are left out; texts of the monitor are shortened.
///
/// @param facts terms and their texts
public record MonitorDetails(List<NamedFact> facts) {
    private static final int MAX_LENGTH = 300;
    private static final int MAX_SETTINGS = 16;

    /// Nothing is known.
    public static final MonitorDetails NONE = new MonitorDetails(List.of());

    public MonitorDetails {
        facts = List.copyOf(facts);
    }

    /// Returns a single fact: why the page cannot be shown.
    static MonitorDetails unreadable(String why) {
        return new MonitorDetails(List.of(new NamedFact("status page", shortened(why))));
    }

    /// Reads the page.
    ///
    /// @throws JsonException if it is no JSON object
    static MonitorDetails parse(String page) throws JsonException {
        if (!(Json.parse(page) instanceof Json.Obj status))
            throw new JsonException("it is no JSON object");
        var facts = new ArrayList<NamedFact>();
        status.object("usage").ifPresent(it -> addUsage(it, status.object("memory"), facts));
        status.object("cache").ifPresent(it -> addCache(it, facts));
        status.text("last_decision")
                .filter(it -> !it.isBlank())
                .ifPresent(it -> facts.add(new NamedFact("last decision", shortened(it))));
        return new MonitorDetails(facts);
    }

    private static void addUsage(Json.Obj usage, Optional<Json.Obj> memory, List<NamedFact> facts) {
        Optional<Bytes> used = bytes(usage, "average_bytes");
        Optional<Bytes> threshold = memory.flatMap(it -> bytes(it, "threshold_bytes"));
        used.ifPresent(
                it ->
                        facts.add(
                                new NamedFact(
                                        "memory in use",
                                        inMebibytes(it)
                                                + threshold
                                                        .map(
                                                                limit ->
                                                                        ", asks for more from "
                                                                                + inMebibytes(
                                                                                        limit))
                                                        .orElse(""))));
        usage.text("why").ifPresent(it -> facts.add(new NamedFact("memory in use", shortened(it))));
        usage.text("source")
                .filter(it -> !it.isBlank())
                .ifPresent(it -> facts.add(new NamedFact("measured at", shortened(it))));
        usage.whole("oom_kills")
                .ifPresent(
                        kills -> {
                            if (kills > 0)
                                facts.add(new NamedFact("OOM kills", Long.toString(kills)));
                        });
    }

    private static void addCache(Json.Obj cache, List<NamedFact> facts) {
        cache.text("why").ifPresent(it -> facts.add(new NamedFact("Postgres", shortened(it))));
        cache.list("settings").stream()
                .limit(MAX_SETTINGS)
                .forEach(
                        each -> {
                            if (each instanceof Json.Obj setting)
                                setting.text("name")
                                        .ifPresent(name -> facts.add(fact(name, setting)));
                        });
    }

    private static NamedFact fact(String name, Json.Obj setting) {
        Optional<Bytes> actual = bytes(setting, "actual_bytes");
        Optional<Bytes> wanted = bytes(setting, "wanted_bytes").filter(it -> !isNear(actual, it));
        return new NamedFact(
                shortened(name),
                actual.map(MonitorDetails::inMebibytes).orElse("not known yet")
                        + wanted.map(it -> ", should be " + inMebibytes(it)).orElse(""));
    }

    /// Returns whether the values are equal for people: Postgres rounds to pages of 8 KiB.
    private static boolean isNear(Optional<Bytes> actual, Bytes wanted) {
        return actual.filter(it -> inMebibytes(it).equals(inMebibytes(wanted))).isPresent();
    }

    private static String inMebibytes(Bytes bytes) {
        return bytes.roundedDownToMebibytes().toString();
    }

    private static Optional<Bytes> bytes(Json.Obj object, String name) {
        OptionalLong value = object.whole(name);
        return value.isPresent() && value.getAsLong() >= 0
                ? Optional.of(new Bytes(value.getAsLong()))
                : Optional.empty();
    }

    private static String shortened(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    }
}
