package dev.elastigres.page;

import dev.elastigres.protocol.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/// Size and demand of a machine at one time. An unknown value is NaN. Memory is in bytes.
///
/// @param at begin of the time that the point stands for
/// @param cpus CPUs of the machine
/// @param demandCpus CPUs that were busy or wanted
/// @param goalCpus CPUs that the demand calls for
/// @param memory memory of the machine
/// @param used memory in use, without the page cache
/// @param workingSet memory in use and the working set of the cache
/// @param threshold memory in use above which the machine should be larger
/// @param goalMemory memory that the demand calls for
public record ChartPoint(
        Instant at,
        double cpus,
        double demandCpus,
        double goalCpus,
        double memory,
        double used,
        double workingSet,
        double threshold,
        double goalMemory) {
    /// Returns the time and the values as an array, to keep messages small.
    Json json() {
        List<Json> values =
                DoubleStream.of(
                                cpus,
                                demandCpus,
                                goalCpus,
                                memory,
                                used,
                                workingSet,
                                threshold,
                                goalMemory)
                        .mapToObj(ChartPoint::number)
                        .toList();
        var all = new ArrayList<Json>();
        all.add(Json.Num.of(at.toEpochMilli()));
        all.addAll(values);
        return new Json.Arr(all);
    }

    private static Json number(double value) {
        if (Double.isNaN(value)) return new Json.Null();
        return value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE
                ? Json.Num.of((long) value)
                : PageJson.number(value);
    }
}
