package dev.elastigres.protocol.recommend;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.scaling.WorkingSetRules;
import dev.elastigres.core.scaling.WorkingSetWindows;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// Parses a [RecommendationRequest]. Every error names the member.
final class RecommendationRequestReader {
    private static final Set<String> CONFIG =
            Set.of(
                    "loadAverageFractionTarget",
                    "memoryUsageFractionTarget",
                    "memoryTotalFractionTarget",
                    "cpuStableZoneRatio",
                    "cpuMixedZoneRatio",
                    "enableLFCMetrics",
                    "lfcToMemoryRatio",
                    "lfcWindowSizeMinutes",
                    "lfcMinWaitBeforeDownscaleMinutes",
                    "lfcUseLargestWindow");

    private final GoalRules rules;

    RecommendationRequestReader(GoalRules rules) {
        this.rules = rules;
    }

    RecommendationRequest read(String line) throws RecommendationRequestException {
        try {
            if (!(Json.parse(line) instanceof Json.Obj question))
                throw new RecommendationRequestException("is not a JSON object");
            if (absent(question, "host") && absent(question, "windows") && !bothNamed(question))
                throw new RecommendationRequestException("has neither `host` nor `windows`");
            return new RecommendationRequest(
                    question.get("id").orElseGet(Json.Null::new),
                    new VmMetrics(host(question), windows(question)),
                    unit(question),
                    config(question));
        } catch (JsonException e) {
            throw new RecommendationRequestException("is not JSON: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new RecommendationRequestException(
                    "has a value that is out of range: " + e.getMessage());
        }
    }

    /// Returns whether both are present. If both are null, the request is about a VM of which
    /// nothing is known yet.
    private static boolean bothNamed(Json.Obj question) {
        return question.get("host").isPresent() && question.get("windows").isPresent();
    }

    private static boolean absent(Json.Obj object, String name) {
        return object.get(name).map(it -> it instanceof Json.Null).orElse(true);
    }

    private static ComputeUnit unit(Json.Obj question) throws RecommendationRequestException {
        if (absent(question, "compute_unit")) return ComputeUnit.DEFAULT;
        Json.Obj unit = object(question, "compute_unit");
        return new ComputeUnit(number(unit, "cpu"), bytes(unit, "mem"));
    }

    private static Optional<HostMetrics> host(Json.Obj question)
            throws RecommendationRequestException {
        if (absent(question, "host")) return Optional.empty();
        Json.Obj host = object(question, "host");
        return Optional.of(
                new HostMetrics(
                        number(host, "load1"),
                        number(host, "load5"),
                        bytes(host, "memory_total_bytes"),
                        bytes(host, "memory_available_bytes"),
                        bytes(host, "memory_cached_bytes"),
                        cpu(host)));
    }

    private static CpuFigures cpu(Json.Obj host) throws RecommendationRequestException {
        if (absent(host, "cpu_busy") || absent(host, "cpu_pressure"))
            return new CpuFigures.Unavailable();
        return new CpuFigures.Measured(
                new CpuUsage(number(host, "cpu_busy"), number(host, "cpu_pressure")));
    }

    private static Optional<WorkingSetWindows> windows(Json.Obj question)
            throws RecommendationRequestException {
        if (absent(question, "windows")) return Optional.empty();
        if (!(question.get("windows").orElseThrow() instanceof Json.Arr(List<Json> items)))
            throw new RecommendationRequestException("`windows` is not a list");
        var pages = new ArrayList<Double>();
        for (Json item : items) {
            if (!(item instanceof Json.Num(String text)))
                throw new RecommendationRequestException("`windows` has what is not a number");
            pages.add(Double.parseDouble(text));
        }
        return Optional.of(new WorkingSetWindows(pages));
    }

    private GoalRules config(Json.Obj question) throws RecommendationRequestException {
        if (absent(question, "config")) return rules;
        Json.Obj config = object(question, "config");
        for (String name : config.members().keySet())
            if (!CONFIG.contains(name))
                throw new RecommendationRequestException("`config` has an unknown key: " + name);
        return new GoalRules(
                number(config, "loadAverageFractionTarget", rules.loadTarget()),
                number(config, "memoryUsageFractionTarget", rules.usageTarget()),
                number(config, "memoryTotalFractionTarget", rules.totalTarget()),
                number(config, "cpuStableZoneRatio", rules.stableRatio()),
                number(config, "cpuMixedZoneRatio", rules.mixedRatio()),
                workingSet(config),
                rules.cpuUse(),
                rules.shape());
    }

    private Optional<WorkingSetRules> workingSet(Json.Obj config)
            throws RecommendationRequestException {
        if (!flag(config, "enableLFCMetrics", rules.workingSet().isPresent()))
            return Optional.empty();
        WorkingSetRules base = rules.workingSet().orElse(WorkingSetRules.DEFAULT);
        return Optional.of(
                new WorkingSetRules(
                        number(config, "lfcToMemoryRatio", base.fraction()),
                        minutes(config, "lfcWindowSizeMinutes", base.window()),
                        minutes(config, "lfcMinWaitBeforeDownscaleMinutes", base.start()),
                        flag(config, "lfcUseLargestWindow", base.largest()),
                        base.required()));
    }

    // ---- members

    private static Json.Obj object(Json.Obj parent, String name)
            throws RecommendationRequestException {
        return parent.object(name)
                .orElseThrow(
                        () ->
                                new RecommendationRequestException(
                                        "`" + name + "` is not an object"));
    }

    private static double number(Json.Obj object, String name)
            throws RecommendationRequestException {
        OptionalDouble value = value(object, name);
        if (value.isEmpty()) throw new RecommendationRequestException("`" + name + "` is missing");
        return value.getAsDouble();
    }

    private static double number(Json.Obj object, String name, double missing)
            throws RecommendationRequestException {
        return value(object, name).orElse(missing);
    }

    private static int minutes(Json.Obj object, String name, int missing)
            throws RecommendationRequestException {
        double value = number(object, name, missing);
        if (value != Math.rint(value) || Math.abs(value) > WorkingSetWindows.MAX)
            throw new RecommendationRequestException("`" + name + "` is not a number of minutes");
        return (int) value;
    }

    private static OptionalDouble value(Json.Obj object, String name)
            throws RecommendationRequestException {
        if (absent(object, name)) return OptionalDouble.empty();
        if (!(object.get(name).orElseThrow() instanceof Json.Num(String text)))
            throw new RecommendationRequestException("`" + name + "` is not a number");
        return OptionalDouble.of(Double.parseDouble(text));
    }

    private static Bytes bytes(Json.Obj object, String name) throws RecommendationRequestException {
        double value = number(object, name);
        if (value != Math.rint(value) || value > 0x1p53)
            throw new RecommendationRequestException("`" + name + "` is not a number of bytes");
        return new Bytes((long) value);
    }

    private static boolean flag(Json.Obj object, String name, boolean missing)
            throws RecommendationRequestException {
        if (absent(object, name)) return missing;
        if (!(object.get(name).orElseThrow() instanceof Json.Bool(boolean value)))
            throw new RecommendationRequestException("`" + name + "` is not true or false");
        return value;
    }
}
