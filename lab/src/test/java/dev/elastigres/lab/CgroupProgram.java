package dev.elastigres.lab;

import dev.elastigres.agent.driver.CgroupDriver;
import dev.elastigres.agent.driver.Cgroups;
import dev.elastigres.agent.driver.Found;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The agent's driver of cgroups, as a program that is run in a guest. Does one thing and prints
/// what came of it.
final class CgroupProgram {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Found.Bounds BOUNDS =
            new Found.Bounds(
                    new Resources(0.25, Bytes.ofMebibytes(64)),
                    new Resources(2, Bytes.ofMebibytes(512)),
                    Cgroups.GRAIN);

    private CgroupProgram() {}

    /// @param arguments `find`, `look`, or `resize` and the CPUs and MiB that it is to have
    public static void main(String[] arguments) throws Exception {
        var nowhere = Found.Doors.NONE;
        var matching = new Cgroups.Matching("app-*", BOUNDS, nowhere);
        var cgroups = new Cgroups(Path.of("/sys/fs/cgroup"), List.of(), List.of(matching));
        try (var driver = new CgroupDriver(cgroups, Path.of("/proc"))) {
            List<Found> found = driver.find();
            switch (arguments[0]) {
                case "find" -> found.forEach(it -> System.out.println(it.name()));
                case "look" -> System.out.println(driver.look(found.getFirst(), LIMIT));
                case "resize" -> {
                    var to =
                            new Resources(
                                    Double.parseDouble(arguments[1]),
                                    Bytes.ofMebibytes(Long.parseLong(arguments[2])));
                    Resources from = driver.look(found.getFirst(), LIMIT).size();
                    System.out.println(driver.resize(found.getFirst(), from, to, LIMIT));
                }
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }
}
