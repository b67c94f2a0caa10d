package dev.elastigres.lab;

import dev.elastigres.agent.driver.CgroupConfig;
import dev.elastigres.agent.driver.CgroupDriver;
import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Runs one operation of the agent's cgroup driver in a guest, and prints the result.
final class CgroupProgram {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final DiscoveredVm.SizeBounds BOUNDS =
            new DiscoveredVm.SizeBounds(
                    new Resources(0.25, Bytes.ofMebibytes(64)),
                    new Resources(2, Bytes.ofMebibytes(512)),
                    CgroupConfig.GRAIN);

    private CgroupProgram() {}

    /// @param arguments `find`, `look`, or `resize` with the CPUs and MiB
    public static void main(String[] arguments) throws Exception {
        var nowhere = DiscoveredVm.VmEndpoints.NONE;
        var matching = new CgroupConfig.CgroupPattern("app-*", BOUNDS, nowhere);
        var cgroups = new CgroupConfig(Path.of("/sys/fs/cgroup"), List.of(), List.of(matching));
        try (var driver = new CgroupDriver(cgroups, Path.of("/proc"))) {
            List<DiscoveredVm> found = driver.find();
            switch (arguments[0]) {
                case "find" -> found.forEach(it -> System.out.println(it.name()));
                case "look" -> System.out.println(driver.look(found.getFirst(), TIMEOUT));
                case "resize" -> {
                    var to =
                            new Resources(
                                    Double.parseDouble(arguments[1]),
                                    Bytes.ofMebibytes(Long.parseLong(arguments[2])));
                    Resources from = driver.look(found.getFirst(), TIMEOUT).size();
                    System.out.println(driver.resize(found.getFirst(), from, to, TIMEOUT));
                }
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }
}
