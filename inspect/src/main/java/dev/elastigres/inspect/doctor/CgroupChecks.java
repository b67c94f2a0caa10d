package dev.elastigres.inspect.doctor;

import dev.elastigres.agent.driver.CgroupDiagnosis;
import dev.elastigres.inspect.doctor.DoctorCheck.CheckTopic;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Checks of what resizing a cgroup needs.
///
/// @param root root of the cgroup v2 hierarchy, usually `/sys/fs/cgroup`
/// @param proc usually `/proc`
record CgroupChecks(Path root, Path proc) {
    private static final Set<String> CONTROLLERS = Set.of("cpu", "memory");

    List<DoctorCheck> run() {
        Optional<String> problem = CgroupDiagnosis.hierarchyProblem(root);
        if (problem.isPresent())
            return List.of(
                    DoctorCheck.failed(
                            CheckTopic.CGROUP,
                            "cgroup v2",
                            problem.get(),
                            CgroupDiagnosis.HIERARCHY_REMEDY));
        var checks = new ArrayList<DoctorCheck>();
        checks.add(DoctorCheck.ok(CheckTopic.CGROUP, "cgroup v2", root.toString()));
        checks.add(controllers());
        checks.add(access());
        checks.add(pressure());
        if (words(root.resolve("cgroup.controllers")).contains("memory")) checks.add(reclaim());
        return checks;
    }

    private DoctorCheck controllers() {
        Set<String> missing = new TreeSet<>(CONTROLLERS);
        missing.removeAll(words(root.resolve("cgroup.controllers")));
        if (!missing.isEmpty())
            return DoctorCheck.failed(
                    CheckTopic.CGROUP,
                    "controllers",
                    "not available: " + String.join(", ", missing),
                    "boot without cgroup_disable=, and unmount the cgroup v1 hierarchies that have them");
        Set<String> disabled = new TreeSet<>(CONTROLLERS);
        disabled.removeAll(words(root.resolve("cgroup.subtree_control")));
        return disabled.isEmpty()
                ? DoctorCheck.ok(CheckTopic.CGROUP, "controllers", "cpu and memory are enabled")
                : DoctorCheck.warning(
                        CheckTopic.CGROUP,
                        "controllers",
                        "not enabled for children: " + String.join(", ", disabled),
                        "echo '%s' > %s"
                                .formatted(
                                        String.join(
                                                " ",
                                                disabled.stream().map(it -> "+" + it).toList()),
                                        root.resolve("cgroup.subtree_control")));
    }

    private DoctorCheck access() {
        return Files.isWritable(root.resolve("cgroup.procs"))
                ? DoctorCheck.ok(CheckTopic.CGROUP, "access", "this user may change limits")
                : DoctorCheck.warning(
                        CheckTopic.CGROUP,
                        "access",
                        "this user may not change limits",
                        "run the agent as root");
    }

    /// The monitor reports a memory shortage from the kernel's pressure files.
    private DoctorCheck pressure() {
        return Files.isReadable(proc.resolve("pressure/memory"))
                ? DoctorCheck.ok(CheckTopic.CGROUP, "pressure (PSI)", "available")
                : DoctorCheck.warning(
                        CheckTopic.CGROUP,
                        "pressure (PSI)",
                        "the kernel does not measure pressure, so the monitor relies on usage alone",
                        "boot with psi=1");
    }

    private DoctorCheck reclaim() {
        try (DirectoryStream<Path> children =
                Files.newDirectoryStream(root, it -> Files.isDirectory(it))) {
            for (Path each : children)
                if (Files.exists(each.resolve("memory.reclaim")))
                    return DoctorCheck.ok(CheckTopic.CGROUP, "memory.reclaim", "available");
        } catch (IOException _) {
            // Reported as missing.
        }
        return DoctorCheck.warning(
                CheckTopic.CGROUP,
                "memory.reclaim",
                "not available: page cache can keep a limit from being lowered",
                "use Linux 5.19 or later");
    }

    private static Set<String> words(Path file) {
        try {
            return Set.copyOf(Arrays.asList(Files.readString(file).strip().split("\\s+")));
        } catch (IOException _) {
            return Set.of();
        }
    }
}
